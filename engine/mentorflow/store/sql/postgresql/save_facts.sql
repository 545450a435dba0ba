-- What most events come to, in one statement: the facts change, some timers and effects with them.
-- Timers and effects travel as JSON, so that the statement is the same for any number of them.
-- A missed row divides by zero, which stops the transaction before it commits.
WITH changed AS (
    UPDATE mentorflow_mentorship
    SET revision = :revision::int,
        open_escalations = :open_escalations::int,
        updated_at = :updated_at::timestamptz,
        facts = :facts::jsonb
    WHERE id = :id::uuid
      AND revision = :expected::int
    RETURNING 1),
noted AS (
    INSERT INTO mentorflow_history
        (mentorship_id, revision, at, event, from_state, to_state, by, key, digest, data, cause)
    VALUES
        (:mentorship_id::uuid, :entry::int, :at::timestamptz, :event::text, :from_state::text,
         :to_state::text, :by::text, :key::text, :digest::text, :data::jsonb, :cause::jsonb)),
gone AS (
    DELETE FROM mentorflow_timer AS t
    USING json_array_elements(:timers_gone::json) AS n
    WHERE t.mentorship_id = (n ->> 0)::uuid
      AND t.name = n ->> 1
      AND t.instance = n ->> 2),
put AS (
    INSERT INTO mentorflow_timer
        (mentorship_id, name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining)
    SELECT (n ->> 0)::uuid, n ->> 1, n ->> 2, (n ->> 3)::timestamptz, n ->> 4, n ->> 5, n ->> 6,
           n ->> 7, (n ->> 8)::timestamptz, (n ->> 9)::float8
    FROM json_array_elements(:timers_put::json) AS n
    ON CONFLICT (mentorship_id, name, instance) DO UPDATE
    SET due_at = excluded.due_at,
        timing = excluded.timing,
        value = excluded.value,
        scope = excluded.scope,
        anchor = excluded.anchor,
        anchor_at = excluded.anchor_at,
        remaining = excluded.remaining,
        put_off_by = NULL),
added AS (
    INSERT INTO mentorflow_effect
        (mentorship_id, revision, position, kind, name, role, recipient, data, available_at,
         status, attempts)
    SELECT (n ->> 0)::uuid, (n ->> 1)::int, (n ->> 2)::int, n ->> 3, n ->> 4, n ->> 5, n ->> 6,
           (n ->> 7)::jsonb, (n ->> 8)::timestamptz, 'pending', 0
    FROM json_array_elements(:effects::json) AS n)
SELECT 1 / (count(*) = 1)::int
FROM changed
