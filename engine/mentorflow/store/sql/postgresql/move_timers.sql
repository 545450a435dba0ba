-- Those that still are where the plan found them; whatever fired or counts anew is left alone.
UPDATE mentorflow_timer AS t
SET value = p.to_value,
    scope = p.to_scope,
    due_at = p.to_due_at,
    remaining = p.to_remaining,
    put_off_by = p.to_put_off_by,
    anchor_at = coalesce(p.to_anchor_at, t.anchor_at)
FROM mentorflow_plan_timer AS p
WHERE p.plan = :plan
  AND p.mentorship_id > :after::uuid
  AND p.mentorship_id <= :upto::uuid
  AND t.mentorship_id = p.mentorship_id
  AND t.name = p.name
  AND t.instance = p.instance
  AND t.value = p.from_value
  AND t.scope = p.from_scope
  AND t.due_at IS NOT DISTINCT FROM p.from_due_at
  AND t.remaining IS NOT DISTINCT FROM p.from_remaining
