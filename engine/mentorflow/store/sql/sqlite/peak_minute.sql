-- The minute in which most timers would be due, overdue ones left aside: they are spread.
SELECT minute, sum(many) AS most
FROM (
    SELECT substr(due_at, 1, 16) AS minute, count(*) AS many
    FROM mentorflow_timer
    WHERE due_at > :stands_since AND due_at <= :stands_until
    GROUP BY 1
    UNION ALL
    SELECT substr(from_due_at, 1, 16), -count(*)
    FROM mentorflow_move
    WHERE from_due_at > :leaves_since AND from_due_at <= :leaves_until
    GROUP BY 1
    UNION ALL
    SELECT substr(to_due_at, 1, 16), count(*)
    FROM mentorflow_move
    WHERE to_due_at > :comes_since AND to_due_at <= :comes_until
    GROUP BY 1) AS n
GROUP BY minute
ORDER BY most DESC, minute
LIMIT 1
