UPDATE mentorflow_move AS m
SET to_remaining = n.remaining
FROM unnest(:remaining::float8[], :mentorship_id::uuid[], :name::text[], :instance::text[])
    AS n (remaining, mentorship_id, name, instance)
WHERE m.mentorship_id = n.mentorship_id
  AND m.name = n.name
  AND m.instance = n.instance
