INSERT INTO mentorflow_delivery
    (endpoint, notice, mentorship_id, sequence, position, cause, available_at, created_at, status,
     attempts, base)
SELECT n.*, 'pending', 0, 0
FROM unnest(
    :endpoint::text[], :notice::text[], :mentorship_id::uuid[], :sequence::int[],
    :position::int[], :cause::text[], :available_at::timestamptz[], :created_at::timestamptz[])
    AS n
