-- Those done longest ago first, and never those somebody else is pruning. By where the rows lie,
-- which their locks keep: by their keys, a plan for any number of them would walk the whole table.
DELETE FROM mentorflow_effect
WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM mentorflow_effect
    WHERE status = 'done'
      AND done_at < :before
    ORDER BY done_at
    LIMIT :most
    FOR UPDATE SKIP LOCKED))
RETURNING 1
