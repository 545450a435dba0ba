SELECT id, types::text, programs::text, form, status
FROM mentorflow_endpoint
WHERE revision > :revision
