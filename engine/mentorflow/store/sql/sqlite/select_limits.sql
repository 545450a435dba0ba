SELECT workflow, timing, per_minute, jitter
FROM mentorflow_limit
WHERE revision > :revision
