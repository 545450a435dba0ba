-- The minute in which most timers would be due, overdue ones left aside: they are spread.
SELECT minute, sum(many)::int AS most
FROM (
    SELECT date_trunc('minute', due_at) AS minute, count(*) AS many
    FROM mentorflow_timer
    WHERE due_at > :stands_since::timestamptz AND due_at <= :stands_until::timestamptz
    GROUP BY 1
    UNION ALL
    SELECT date_trunc('minute', from_due_at), -count(*)
    FROM mentorflow_move
    WHERE from_due_at > :leaves_since::timestamptz AND from_due_at <= :leaves_until::timestamptz
    GROUP BY 1
    UNION ALL
    SELECT date_trunc('minute', to_due_at), count(*)
    FROM mentorflow_move
    WHERE to_due_at > :comes_since::timestamptz AND to_due_at <= :comes_until::timestamptz
    GROUP BY 1) AS n
GROUP BY minute
ORDER BY most DESC, minute
LIMIT 1
