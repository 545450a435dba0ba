-- A statement of its own, after the lock: its snapshot sees what the last holder committed.
SELECT name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining,
       mentorship_id::text
FROM mentorflow_timer
WHERE mentorship_id = ANY(:ids::uuid[])
