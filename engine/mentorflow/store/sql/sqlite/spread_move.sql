UPDATE mentorflow_move
SET to_due_at = :due_at
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
