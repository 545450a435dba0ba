\i following
SELECT mentorship_id::text, name, instance, anchor_at, value, to_value, remaining, program,
       version
FROM following
WHERE due_at IS NULL
  AND moves
