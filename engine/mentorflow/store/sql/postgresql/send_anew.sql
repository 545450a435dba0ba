-- Once more from the start of the schedule; what is under way is left alone.
INSERT INTO mentorflow_delivery
    (endpoint, notice, mentorship_id, sequence, position, cause, available_at, created_at, status,
     attempts, base)
SELECT n.*, 'pending', 0, 0
FROM unnest(
    :endpoint::text[], :notice::text[], :mentorship_id::uuid[], :sequence::int[],
    :position::int[], :cause::text[], :available_at::timestamptz[], :created_at::timestamptz[])
    AS n
ON CONFLICT (endpoint, notice) DO UPDATE
SET status = 'pending',
    cause = excluded.cause,
    base = mentorflow_delivery.attempts,
    available_at = excluded.available_at,
    ended_at = NULL,
    error = NULL
WHERE mentorflow_delivery.status <> 'pending'
