-- Only among the latest deliveries of all, so that looking at one endpoint never takes long.
SELECT a.timings
FROM (
    SELECT endpoint, notice, attempts
    FROM mentorflow_delivery
    ORDER BY created_at DESC
    LIMIT :looked_at) AS d
JOIN mentorflow_attempt AS a ON a.endpoint = d.endpoint AND a.notice = d.notice AND a.number = d.attempts
WHERE d.endpoint = :endpoint
LIMIT :most
