-- The mentorships that would be ended at once, by a timer that the plan makes overdue.
\i following
SELECT DISTINCT mentorship_id
FROM following
WHERE number IN (SELECT value FROM json_each(:numbers))
  AND moves
  AND due_at IS NOT NULL
  AND CAST(julianday(substr(coalesce(leads_to, anchor_at), 1, 19)) * 1440
           + coalesce(seconds / 60, 0) + 0.001 AS integer) - 3530224080 <= :now
ORDER BY 1
