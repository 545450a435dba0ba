UPDATE mentorflow_move AS m
SET to_due_at = n.due_at
FROM unnest(:due_at::timestamptz[], :mentorship_id::uuid[], :name::text[], :instance::text[])
    AS n (due_at, mentorship_id, name, instance)
WHERE m.mentorship_id = n.mentorship_id
  AND m.name = n.name
  AND m.instance = n.instance
