-- By endpoint: there are few, and deliveries are found by them first.
SELECT d.endpoint, d.notice, n.type, d.mentorship_id::text, d.sequence, d.status, d.cause, d.attempts,
       d.available_at, d.created_at, d.ended_at, d.error
FROM mentorflow_notice AS n
CROSS JOIN mentorflow_endpoint AS e
JOIN mentorflow_delivery AS d ON d.endpoint = e.id AND d.notice = n.id
WHERE n.id = :notice
