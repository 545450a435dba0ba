-- Put back until its instant; that it was looked at is no attempt. Fenced by the lease.
UPDATE mentorflow_effect AS e
SET available_at = n.available_at,
    attempts = e.attempts - 1,
    lease = NULL
FROM unnest(
    :available_at::timestamptz[], :mentorship_id::uuid[], :revision::int[], :position::int[],
    :lease::text[])
    AS n (available_at, mentorship_id, revision, position, lease)
WHERE e.mentorship_id = n.mentorship_id
  AND e.revision = n.revision
  AND e.position = n.position
  AND e.lease = n.lease
