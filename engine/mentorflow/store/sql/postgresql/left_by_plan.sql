-- Timers an undoing could not put back: they fired, or count anew from something else.
SELECT p.mentorship_id::text, p.name, p.instance, t.name IS NOT NULL
FROM mentorflow_plan_timer AS p
LEFT JOIN mentorflow_timer AS t
    ON t.mentorship_id = p.mentorship_id AND t.name = p.name AND t.instance = p.instance
WHERE p.plan = :plan
  AND (t.name IS NULL OR t.value <> p.from_value OR t.scope <> p.from_scope
       OR NOT (t.due_at IS NOT DISTINCT FROM p.from_due_at) OR NOT (t.remaining IS NOT DISTINCT FROM p.from_remaining))
ORDER BY p.mentorship_id, p.name, p.instance
LIMIT :most
