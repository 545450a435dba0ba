-- How many of each timer are due on each day: as they stand, then what moves away and to it.
SELECT 'stands' AS what, name, (due_at AT TIME ZONE 'UTC')::date::text AS day, count(*)
FROM mentorflow_timer
WHERE due_at <= :stands_until::timestamptz
GROUP BY 1, 2, 3
UNION ALL
SELECT 'leaves', name, (from_due_at AT TIME ZONE 'UTC')::date::text, count(*)
FROM mentorflow_move
WHERE from_due_at <= :leaves_until::timestamptz
GROUP BY 1, 2, 3
UNION ALL
SELECT 'comes', name, (to_due_at AT TIME ZONE 'UTC')::date::text, count(*)
FROM mentorflow_move
WHERE to_due_at <= :comes_until::timestamptz
GROUP BY 1, 2, 3
