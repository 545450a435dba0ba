-- How many of each timer are due on each day: as they stand, then what moves away and to it.
SELECT 'stands' AS what, name, substr(due_at, 1, 10) AS day, count(*)
FROM mentorflow_timer
WHERE due_at <= :stands_until
GROUP BY 1, 2, 3
UNION ALL
SELECT 'leaves', name, substr(from_due_at, 1, 10), count(*)
FROM mentorflow_move
WHERE from_due_at <= :leaves_until
GROUP BY 1, 2, 3
UNION ALL
SELECT 'comes', name, substr(to_due_at, 1, 10), count(*)
FROM mentorflow_move
WHERE to_due_at <= :comes_until
GROUP BY 1, 2, 3
