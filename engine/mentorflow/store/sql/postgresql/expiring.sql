-- The mentorships that would be ended at once, by a timer that the plan makes overdue.
SELECT DISTINCT mentorship_id::text
FROM mentorflow_move
WHERE to_due_at <= :now::timestamptz
  AND name IN (SELECT n FROM json_array_elements_text(:names::json) AS n)
ORDER BY 1
