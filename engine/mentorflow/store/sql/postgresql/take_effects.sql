-- Whoever carries effects out takes them over under a lease of its own, which fences off who was
-- given them twice, or too late.
UPDATE mentorflow_effect AS e
SET lease = :lease,
    available_at = :leased_until,
    attempts = e.attempts + 1
FROM unnest(:mentorship_id::uuid[], :revision::int[], :position::int[])
    AS n (mentorship_id, revision, position)
WHERE e.mentorship_id = n.mentorship_id
  AND e.revision = n.revision
  AND e.position = n.position
  AND e.lease = :claimed_as
  AND e.status = 'pending'
RETURNING e.mentorship_id::text, e.revision, e.position, e.kind, e.name, e.role, e.recipient,
          e.data::text, e.attempts, e.error
