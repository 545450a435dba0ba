SELECT name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining
FROM mentorflow_timer
WHERE mentorship_id = :mentorship_id
