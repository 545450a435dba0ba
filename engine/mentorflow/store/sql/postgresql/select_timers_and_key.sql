-- The pending timers and, on each row, what a known key was first used for; one row at least.
-- A statement of its own, after the lock: its snapshot sees what the last holder committed.
SELECT t.name, t.instance, t.due_at, t.timing, t.value, t.scope, t.anchor, t.anchor_at, t.remaining,
       k.revision, k.digest, k.event,
       (SELECT revision FROM mentorflow_revision)
FROM (VALUES (:mentorship_id::uuid, :key::text)) AS wanted (mentorship_id, key)
LEFT JOIN mentorflow_timer AS t ON t.mentorship_id = wanted.mentorship_id
LEFT JOIN mentorflow_history AS k ON k.mentorship_id = wanted.mentorship_id AND k.key = wanted.key
