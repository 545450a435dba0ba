-- Plans whose process was ended while it listed their timers: they changed nothing. The ids are
-- hopped over one by one, each of which may have millions of rows.
WITH RECURSIVE listed AS (
    SELECT min(plan) AS plan
    FROM mentorflow_plan_timer
    UNION ALL
    SELECT (SELECT min(p.plan) FROM mentorflow_plan_timer AS p WHERE p.plan > l.plan)
    FROM listed AS l
    WHERE l.plan IS NOT NULL)
SELECT plan
FROM listed
WHERE plan < :before
  AND plan NOT IN (SELECT id FROM mentorflow_plan)
