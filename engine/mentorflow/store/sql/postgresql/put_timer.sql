INSERT INTO mentorflow_timer
    (mentorship_id, name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining)
SELECT *
FROM unnest(
    :mentorship_id::uuid[], :name::text[], :instance::text[], :due_at::timestamptz[],
    :timing::text[], :value::text[], :scope::text[], :anchor::text[], :anchor_at::timestamptz[],
    :remaining::float8[]) AS n
ON CONFLICT (mentorship_id, name, instance) DO UPDATE
SET due_at = excluded.due_at,
    timing = excluded.timing,
    value = excluded.value,
    scope = excluded.scope,
    anchor = excluded.anchor,
    anchor_at = excluded.anchor_at,
    remaining = excluded.remaining,
    put_off_by = NULL
