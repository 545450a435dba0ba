DELETE FROM mentorflow_plan_timer
WHERE plan = :plan
  AND mentorship_id > :after
  AND mentorship_id <= :upto
