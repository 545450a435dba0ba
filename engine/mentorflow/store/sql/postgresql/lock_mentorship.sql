-- The instant is read once the lock is held: the outer query runs on the locked row.
WITH locked AS MATERIALIZED (
    SELECT id::text AS id, key, program, workflow, version, state, outcome, revision,
           open_escalations, entered_at, created_at, updated_at, parties::text, facts::text,
           stack::text
    FROM mentorflow_mentorship
    WHERE id = :id::uuid
    FOR UPDATE)
SELECT locked.*, clock_timestamp()
FROM locked
