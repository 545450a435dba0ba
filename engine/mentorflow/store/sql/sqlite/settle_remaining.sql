UPDATE mentorflow_move
SET to_remaining = :remaining
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
