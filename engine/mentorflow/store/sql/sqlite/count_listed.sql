-- To the minute, as `weigh_moves` counts them.
SELECT sum(minutes <> 0 OR to_remaining IS NOT from_remaining), sum(minutes < 0), sum(minutes > 0),
       sum(from_due_at IS NULL), sum(to_due_at <= now), count(*), count(DISTINCT mentorship_id)
FROM (
    SELECT mentorship_id, from_due_at, to_due_at, from_remaining, to_remaining, now,
           CAST(julianday(to_due_at) * 1440 + 0.000005 AS integer)
               - CAST(julianday(from_due_at) * 1440 + 0.000005 AS integer) AS minutes
    FROM mentorflow_plan_timer
    CROSS JOIN (SELECT :now AS now)
    WHERE plan = :plan
      AND mentorship_id > :after
      AND mentorship_id <= :upto) AS n
