SELECT id, types::text, programs::text, form, status, url
FROM mentorflow_endpoint
WHERE revision > :revision
