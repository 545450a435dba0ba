-- Put back until its instant; that it was looked at is no attempt. Fenced by the lease.
UPDATE mentorflow_effect
SET available_at = :available_at,
    attempts = attempts - 1,
    lease = NULL
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
  AND lease = :lease
