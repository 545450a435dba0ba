-- The mentorships that would be ended at once, by a timer that the plan makes overdue.
SELECT DISTINCT mentorship_id
FROM mentorflow_move
WHERE to_due_at <= :now
  AND name IN (SELECT value FROM json_each(:names))
ORDER BY 1
