-- Notices of a range that an endpoint has not had, as far as its status says.
SELECT n.place, n.id, n.type, n.program, n.mentorship_id::text, n.sequence, n.position
FROM mentorflow_notice AS n
LEFT JOIN mentorflow_delivery AS d ON d.endpoint = :endpoint AND d.notice = n.id
WHERE n.place > :place
  AND n.at >= :since::timestamptz
  AND n.at < :until::timestamptz
  AND n.sequence > 0
  AND (d.status IS NULL OR d.status IN ('failed', 'cancelled'))
ORDER BY n.place
LIMIT :most
