-- A claim is a lease: the row comes back by itself when the lease is over. The lease it had before,
-- if any, is told: it was lost.
WITH due AS MATERIALIZED (
    SELECT mentorship_id, revision, position, lease
    FROM mentorflow_effect
    WHERE status = 'pending'
      AND available_at <= :now
    ORDER BY available_at
    LIMIT :most
    FOR UPDATE SKIP LOCKED)
UPDATE mentorflow_effect AS e
SET lease = :lease,
    available_at = :leased_until
FROM due
WHERE e.mentorship_id = due.mentorship_id
  AND e.revision = due.revision
  AND e.position = due.position
RETURNING e.mentorship_id::text, e.revision, e.position, due.lease, e.attempts
