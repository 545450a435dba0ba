UPDATE mentorflow_plan_timer AS l
SET to_remaining = n.remaining
FROM unnest(:remaining::float8[], :plan::text[], :mentorship_id::uuid[], :name::text[],
            :instance::text[]) AS n (remaining, plan, mentorship_id, name, instance)
WHERE l.plan = n.plan
  AND l.mentorship_id = n.mentorship_id
  AND l.name = n.name
  AND l.instance = n.instance
