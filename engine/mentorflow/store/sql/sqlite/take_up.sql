-- Only one that is still set aside: it may have been set anew meanwhile.
UPDATE mentorflow_timer
SET due_at = :due_at,
    remaining = NULL,
    put_off_by = 'resume'
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
  AND remaining < 0
