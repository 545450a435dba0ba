-- Mentorships that time will never move: in a state that is to be left, with no timer that runs,
-- nor one that was set aside until their program goes on.
SELECT m.id, m.state
FROM mentorflow_mentorship AS m
WHERE m.state IN (SELECT value FROM json_each(:states))
  AND NOT EXISTS (
    SELECT 1
    FROM mentorflow_timer AS t
    WHERE t.mentorship_id = m.id
      AND (t.due_at IS NOT NULL
        OR t.remaining < 0
        AND m.program IN (SELECT id FROM mentorflow_program WHERE frozen_at IS NOT NULL)))
LIMIT :most
