-- In one order for all, so that nobody waits in a circle.
SELECT l.workflow, l.timing, l.per_minute, l.jitter, l.free_at
FROM mentorflow_limit AS l
JOIN json_array_elements(:keys::json) AS n ON l.workflow = n ->> 0 AND l.timing = n ->> 1
ORDER BY l.workflow, l.timing
FOR UPDATE OF l
