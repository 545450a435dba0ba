-- What pairs agreed on that pending timers follow.
SELECT DISTINCT t.timing, t.value
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.scope = 'agreement'
  AND m.workflow = :workflow
