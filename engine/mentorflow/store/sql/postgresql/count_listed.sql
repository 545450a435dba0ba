-- To the minute, as `weigh_moves` counts them.
SELECT count(*) FILTER (WHERE to_minute < from_minute),
       count(*) FILTER (WHERE to_minute > from_minute),
       count(*) FILTER (WHERE from_minute IS NULL),
       count(*) FILTER (WHERE to_due_at <= now),
       count(*), count(DISTINCT mentorship_id)
FROM (
    SELECT mentorship_id, to_due_at, date_trunc('minute', from_due_at) AS from_minute,
           date_trunc('minute', to_due_at) AS to_minute, now
    FROM mentorflow_plan_timer
    CROSS JOIN (SELECT :now::timestamptz AS now) AS c
    WHERE plan = :plan
      AND mentorship_id > :after::uuid
      AND mentorship_id <= :upto::uuid) AS n
