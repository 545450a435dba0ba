-- A timer that is due is put off: by a limit, or since it could not be decided.
UPDATE mentorflow_timer
SET due_at = :due_at,
    put_off_by = :put_off_by
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
