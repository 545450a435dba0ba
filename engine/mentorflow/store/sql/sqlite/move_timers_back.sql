-- Those that still are where the plan moved them; whatever fired or counts anew is left alone.
-- One pass over the timers of a range, each looked up in the list: with FROM, SQLite would write all
-- that it joins down a third time. One that is not found would have no value, which its column
-- refuses, and IGNORE leaves it as it is.
UPDATE OR IGNORE mentorflow_timer AS t
SET (value, scope, due_at, remaining, put_off_by, anchor_at) = (
    SELECT p.from_value, p.from_scope, p.from_due_at, p.from_remaining, p.from_put_off_by,
           coalesce(p.from_anchor_at, t.anchor_at)
    FROM mentorflow_plan_timer AS p
    WHERE p.plan = :plan
      AND p.mentorship_id = t.mentorship_id
      AND p.name = t.name
      AND p.instance = t.instance
      AND t.value = p.to_value
      AND t.scope = p.to_scope
      AND t.due_at IS p.to_due_at
      AND t.remaining IS p.to_remaining)
WHERE t.mentorship_id > :after
  AND t.mentorship_id <= :upto
