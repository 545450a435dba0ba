SELECT count(*)
FROM mentorflow_mentorship AS m
JOIN mentorflow_timer AS t ON t.mentorship_id = m.id
WHERE m.program = :program
  AND t.remaining < 0
