-- An effect that was given up begins anew, with all its attempts.
UPDATE mentorflow_effect AS e
SET status = 'pending',
    available_at = :now,
    attempts = 0,
    done_at = NULL,
    error = NULL,
    lease = NULL
FROM unnest(:mentorship_id::uuid[], :revision::int[], :position::int[])
    AS n (mentorship_id, revision, position)
WHERE e.mentorship_id = n.mentorship_id
  AND e.revision = n.revision
  AND e.position = n.position
  AND e.status = 'failed'
RETURNING e.mentorship_id::text, e.revision, e.position
