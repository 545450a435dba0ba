SELECT id, types, programs, form, status, url
FROM mentorflow_endpoint
WHERE revision > :revision
