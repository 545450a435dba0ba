-- Those that still are where the plan moved them; whatever fired or counts anew is left alone.
UPDATE mentorflow_timer AS t
SET value = p.from_value,
    scope = p.from_scope,
    due_at = p.from_due_at,
    remaining = p.from_remaining,
    put_off_by = p.from_put_off_by,
    anchor_at = coalesce(p.from_anchor_at, t.anchor_at)
FROM mentorflow_plan_timer AS p
WHERE p.plan = :plan
  AND p.mentorship_id > :after::uuid
  AND p.mentorship_id <= :upto::uuid
  AND t.mentorship_id = p.mentorship_id
  AND t.name = p.name
  AND t.instance = p.instance
  AND t.value = p.to_value
  AND t.scope = p.to_scope
  AND t.due_at IS NOT DISTINCT FROM p.to_due_at
  AND t.remaining IS NOT DISTINCT FROM p.to_remaining
