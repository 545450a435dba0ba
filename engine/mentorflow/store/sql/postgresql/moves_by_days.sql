-- By how many whole days the timers move: earlier ones are below nought.
SELECT (CASE WHEN to_due_at < from_due_at THEN -1 ELSE 1 END
        * floor(abs(extract(epoch FROM to_due_at - from_due_at)) / 86400))::int AS days, count(*)
FROM mentorflow_move
WHERE to_due_at <> from_due_at
GROUP BY 1
ORDER BY 1
