-- Who has lost the lease of one does not get it back.
UPDATE mentorflow_effect AS e
SET available_at = :leased_until
FROM unnest(:mentorship_id::uuid[], :revision::int[], :position::int[])
    AS n (mentorship_id, revision, position)
WHERE e.mentorship_id = n.mentorship_id
  AND e.revision = n.revision
  AND e.position = n.position
  AND e.lease = :lease
RETURNING e.mentorship_id::text, e.revision, e.position
