UPDATE mentorflow_plan_timer
SET to_due_at = :due_at,
    to_put_off_by = 'plan'
WHERE plan = :plan
  AND mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
