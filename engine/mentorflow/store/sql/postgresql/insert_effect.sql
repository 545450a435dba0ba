INSERT INTO mentorflow_effect
    (mentorship_id, revision, position, kind, name, role, recipient, data, available_at,
     status, attempts)
SELECT n.*, 'pending', 0
FROM unnest(
    :mentorship_id::uuid[], :revision::int[], :position::int[], :kind::text[], :name::text[],
    :role::text[], :recipient::text[], :data::jsonb[], :available_at::timestamptz[]) AS n
