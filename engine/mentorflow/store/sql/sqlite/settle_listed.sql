UPDATE mentorflow_plan_timer
SET to_remaining = :remaining
WHERE plan = :plan
  AND mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
