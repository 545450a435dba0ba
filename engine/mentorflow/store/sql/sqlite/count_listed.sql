-- To the minute, as `weigh_moves` counts them.
SELECT sum(to_minute < from_minute), sum(to_minute > from_minute), sum(from_minute IS NULL),
       sum(to_due_at <= now), count(*), count(DISTINCT mentorship_id)
FROM (
    SELECT mentorship_id, to_due_at, substr(from_due_at, 1, 16) AS from_minute,
           substr(to_due_at, 1, 16) AS to_minute, now
    FROM mentorflow_plan_timer
    CROSS JOIN (SELECT :now AS now)
    WHERE plan = :plan
      AND mentorship_id > :after
      AND mentorship_id <= :upto) AS n
