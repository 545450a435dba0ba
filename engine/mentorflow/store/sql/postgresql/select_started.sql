-- The mentorship a start with this key made, and the digest of that start.
SELECT m.id::text, h.digest
FROM mentorflow_mentorship AS m
JOIN mentorflow_history AS h ON h.mentorship_id = m.id AND h.revision = 1
WHERE m.key = :key
