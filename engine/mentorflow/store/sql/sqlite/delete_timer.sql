DELETE FROM mentorflow_timer
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
