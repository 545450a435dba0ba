-- A timer that was listed before has counted anew since, by the values of before.
INSERT INTO mentorflow_plan_timer
    (plan, mentorship_id, name, instance, from_value, from_scope, from_due_at, from_remaining, to_value,
     to_scope, to_due_at, to_remaining)
SELECT :plan::text, mentorship_id, name, instance, from_value, from_scope, from_due_at, from_remaining, to_value,
     to_scope, to_due_at, to_remaining
FROM mentorflow_move
WHERE true
ORDER BY mentorship_id, name, instance
ON CONFLICT (plan, mentorship_id, name, instance) DO UPDATE
SET from_value = excluded.from_value,
    from_scope = excluded.from_scope,
    from_due_at = excluded.from_due_at,
    from_remaining = excluded.from_remaining,
    to_value = excluded.to_value,
    to_scope = excluded.to_scope,
    to_due_at = excluded.to_due_at,
    to_remaining = excluded.to_remaining
