-- A timer that could not be decided is tried again later and holds up nobody meanwhile.
UPDATE mentorflow_timer
SET due_at = :due_at
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
