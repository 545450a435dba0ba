-- The timers due first, by the partial index alone; their mentorships are read one by one after.
SELECT mentorship_id, name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining
FROM mentorflow_timer
WHERE due_at <= :until
ORDER BY due_at
LIMIT :most
