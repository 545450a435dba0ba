-- A statement of its own, after the lock: its snapshot sees what the last holder committed.
SELECT name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining
FROM mentorflow_timer
WHERE mentorship_id = :mentorship_id::uuid
