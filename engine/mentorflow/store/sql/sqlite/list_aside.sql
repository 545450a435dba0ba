-- Those that came due first come first.
SELECT t.mentorship_id, t.name, t.instance, t.anchor_at
FROM mentorflow_mentorship AS m
JOIN mentorflow_timer AS t ON t.mentorship_id = m.id
WHERE m.program = :program
  AND t.remaining < 0
ORDER BY t.remaining DESC, t.mentorship_id, t.name, t.instance
LIMIT :most
