INSERT INTO mentorflow_history
    (mentorship_id, revision, at, event, from_state, to_state, by, key, digest, data, cause)
SELECT *
FROM unnest(
    :mentorship_id::uuid[], :revision::int[], :at::timestamptz[], :event::text[],
    :from_state::text[], :to_state::text[], :by::text[], :key::text[], :digest::text[],
    :data::jsonb[], :cause::jsonb[]) AS n
