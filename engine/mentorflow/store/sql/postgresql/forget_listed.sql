DELETE FROM mentorflow_plan_timer
WHERE plan = :plan
  AND mentorship_id > :after::uuid
  AND mentorship_id <= :upto::uuid
