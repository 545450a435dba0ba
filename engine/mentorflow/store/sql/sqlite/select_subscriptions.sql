SELECT id, types, programs, form, status
FROM mentorflow_endpoint
WHERE revision > :revision
