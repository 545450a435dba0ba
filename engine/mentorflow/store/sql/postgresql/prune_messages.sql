-- Those decided longest ago, whatever still waits left alone; by where the rows lie, as in
-- prune_effects.
DELETE FROM mentorflow_message
WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM mentorflow_message
    WHERE decided_at < :before
      AND status IN ('sent', 'dropped')
    ORDER BY decided_at
    LIMIT :most
    FOR UPDATE SKIP LOCKED))
RETURNING 1
