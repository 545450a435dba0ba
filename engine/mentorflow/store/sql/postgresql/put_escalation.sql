INSERT INTO mentorflow_escalation
    (mentorship_id, id, ladder, cause, state, status, rung, opened_at, changed_at, changed_by,
     reason)
SELECT *
FROM unnest(
    :mentorship_id::uuid[], :id::text[], :ladder::text[], :cause::text[], :state::text[],
    :status::text[], :rung::int[], :opened_at::timestamptz[], :changed_at::timestamptz[],
    :changed_by::text[], :reason::text[]) AS n
ON CONFLICT (id) DO UPDATE
SET status = excluded.status,
    rung = excluded.rung,
    changed_at = excluded.changed_at,
    changed_by = excluded.changed_by,
    reason = excluded.reason
