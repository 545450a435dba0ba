-- Sets effects free whose lease is over. Only those that a claim would come to first are looked at:
-- in a long backlog, a look at all of it would cost more than the leases in it are worth.
WITH over AS MATERIALIZED (
    SELECT mentorship_id, revision, position, lease
    FROM mentorflow_effect
    WHERE ctid = ANY (ARRAY(
        SELECT place
        FROM (
            SELECT ctid AS place, lease
            FROM mentorflow_effect
            WHERE status = 'pending'
              AND available_at <= :now
            ORDER BY available_at
            LIMIT :most) AS first
        WHERE lease IS NOT NULL))
    FOR UPDATE SKIP LOCKED)
UPDATE mentorflow_effect AS e
SET lease = NULL
FROM over
WHERE e.mentorship_id = over.mentorship_id
  AND e.revision = over.revision
  AND e.position = over.position
RETURNING e.mentorship_id::text, e.revision, e.position, over.lease, e.attempts
