-- A timer of a frozen program that came due: below nought stands when, to be taken up in that order.
UPDATE mentorflow_timer
SET due_at = NULL,
    put_off_by = NULL,
    remaining = :remaining
WHERE mentorship_id = :mentorship_id
  AND name = :name
  AND instance = :instance
