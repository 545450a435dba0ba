-- An effect that was given up begins anew, with all its attempts.
UPDATE mentorflow_effect
SET status = 'pending',
    available_at = :now,
    attempts = 0,
    done_at = NULL,
    error = NULL,
    lease = NULL
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
  AND status = 'failed'
RETURNING mentorship_id, revision, position
