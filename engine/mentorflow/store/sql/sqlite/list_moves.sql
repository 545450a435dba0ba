-- Where a plan finds timers, and where it moves them.
INSERT INTO mentorflow_plan_timer
    (mentorship_id, name, instance, from_value, from_scope, from_due_at, from_remaining,
     from_put_off_by, from_anchor_at, to_value, to_scope, to_due_at, to_remaining, to_anchor_at,
     plan)
\i following
SELECT mentorship_id, name, instance, value, scope, due_at, remaining, put_off_by,
       nullif(from_anchor_at, anchor_at), to_value, to_scope,
       CASE
           WHEN due_at IS NULL THEN NULL
           ELSE coalesce(leads_to, datetime(substr(anchor_at, 1, 19), shift) || substr(anchor_at, 20))
       END,
       remaining,
       nullif(anchor_at, from_anchor_at), :plan
FROM following
WHERE moves
