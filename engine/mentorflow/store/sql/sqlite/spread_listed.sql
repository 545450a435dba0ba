UPDATE mentorflow_plan_timer
SET to_due_at = :due_at
WHERE plan = :plan
  AND mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
