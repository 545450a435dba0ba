-- Those that still are where the plan found them; whatever fired or counts anew is left alone.
-- One pass over the timers of a range, each looked up in the list: with FROM, SQLite would write all
-- that it joins down a third time. One that is not found would have no value, which its column
-- refuses, and IGNORE leaves it as it is.
UPDATE OR IGNORE mentorflow_timer AS t
SET (value, scope, due_at, remaining, put_off_by, anchor_at) = (
    SELECT p.to_value, p.to_scope, p.to_due_at, p.to_remaining, p.to_put_off_by,
           coalesce(p.to_anchor_at, t.anchor_at)
    FROM mentorflow_plan_timer AS p
    WHERE p.plan = :plan
      AND p.mentorship_id = t.mentorship_id
      AND p.name = t.name
      AND p.instance = t.instance
      AND t.value = p.from_value
      AND t.scope = p.from_scope
      AND t.due_at IS p.from_due_at
      AND t.remaining IS p.from_remaining)
WHERE t.mentorship_id > :after
  AND t.mentorship_id <= :upto
