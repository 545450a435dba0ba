-- What is still due of the locked mentorships, now that nobody else can change it.
SELECT mentorship_id::text, name, instance, due_at, timing, value, scope, anchor, anchor_at,
       remaining
FROM mentorflow_timer
WHERE mentorship_id = ANY(:ids::uuid[])
  AND due_at <= :until
