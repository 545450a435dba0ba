-- To the minute, as `weigh_moves` counts them: what comes before all of a minute, in the text up to
-- it, is of another minute, and earlier.
SELECT sum(to_due_at < substr(from_due_at, 1, 16)), sum(from_due_at < substr(to_due_at, 1, 16)),
       sum(from_due_at IS NULL), sum(to_due_at <= now), count(*), count(DISTINCT mentorship_id)
FROM mentorflow_plan_timer
CROSS JOIN (SELECT :now AS now)
WHERE plan = :plan
  AND mentorship_id > :after
  AND mentorship_id <= :upto
