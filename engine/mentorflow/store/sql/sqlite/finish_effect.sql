-- Fenced by the lease: who lost it changes nothing.
UPDATE mentorflow_effect
SET status = :status,
    available_at = :available_at,
    done_at = :done_at,
    error = :error,
    lease = NULL
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
  AND lease = :lease
