-- Of the effects that a claim would come to first, those whose lease is over. RETURNING would tell
-- the lease they are given.
SELECT mentorship_id, revision, position, lease, attempts
FROM (
    SELECT mentorship_id, revision, position, lease, attempts
    FROM mentorflow_effect
    WHERE status = 'pending'
      AND available_at <= :now
    ORDER BY available_at
    LIMIT :most)
WHERE lease IS NOT NULL
