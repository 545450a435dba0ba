UPDATE mentorflow_plan_timer AS l
SET to_due_at = n.due_at,
    to_put_off_by = 'plan'
FROM unnest(:due_at::timestamptz[], :plan::text[], :mentorship_id::uuid[], :name::text[],
            :instance::text[]) AS n (due_at, plan, mentorship_id, name, instance)
WHERE l.plan = n.plan
  AND l.mentorship_id = n.mentorship_id
  AND l.name = n.name
  AND l.instance = n.instance
