SELECT d.endpoint, d.notice, n.type, d.mentorship_id, d.sequence, d.status, d.cause, d.attempts,
       d.available_at, d.created_at, d.ended_at, d.error
FROM mentorflow_delivery AS d
JOIN mentorflow_notice AS n ON n.id = d.notice
WHERE d.endpoint = :endpoint
  AND d.status = coalesce(:status, d.status)
  AND n.place < :before
ORDER BY n.place DESC
LIMIT :most
