SELECT CAST(julianday(to_due_at) - julianday(from_due_at) AS integer) AS days, count(*)
FROM mentorflow_move
WHERE to_due_at <> from_due_at
GROUP BY 1
ORDER BY 1
