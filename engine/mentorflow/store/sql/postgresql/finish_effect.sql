-- Fenced by the lease: who lost it changes nothing.
UPDATE mentorflow_effect AS e
SET status = n.status,
    available_at = n.available_at,
    done_at = n.done_at,
    error = n.error,
    lease = NULL
FROM unnest(
    :status::text[], :available_at::timestamptz[], :done_at::timestamptz[], :error::text[],
    :mentorship_id::uuid[], :revision::int[], :position::int[], :lease::text[])
    AS n (status, available_at, done_at, error, mentorship_id, revision, position, lease)
WHERE e.mentorship_id = n.mentorship_id
  AND e.revision = n.revision
  AND e.position = n.position
  AND e.lease = n.lease
