SELECT workflow, timing, scope, subject, value
FROM mentorflow_override
WHERE revision > :revision
