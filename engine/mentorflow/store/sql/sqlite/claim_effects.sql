-- A claim is a lease: the row comes back by itself when the lease is over.
UPDATE mentorflow_effect
SET lease = :lease,
    available_at = :leased_until
WHERE (mentorship_id, revision, position) IN (
    SELECT mentorship_id, revision, position
    FROM mentorflow_effect
    WHERE status = 'pending'
      AND available_at <= :now
    ORDER BY available_at
    LIMIT :most)
RETURNING mentorship_id, revision, position
