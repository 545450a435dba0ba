\i following
SELECT mentorship_id, name, instance, anchor_at, value, to_value, remaining, program,
       version
FROM following
WHERE due_at IS NULL
  AND is_dated
  AND (value <> to_value OR scope <> to_scope)
