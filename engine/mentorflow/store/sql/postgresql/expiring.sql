-- The mentorships that would be ended at once, by a timer that the plan makes overdue.
\i following
SELECT DISTINCT mentorship_id::text
FROM following
WHERE number IN (SELECT n::int FROM json_array_elements_text(:numbers::json) AS n)
  AND moves
  AND due_at IS NOT NULL
  AND floor(date_part('epoch', leads_to) / 60) - 15778080 <= :now::bigint
ORDER BY 1
