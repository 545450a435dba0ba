-- Locks the mentorships of the timers due first, passing over those somebody else works on.
-- The timers themselves are read again after: this snapshot may be older than the lock.
SELECT m.id::text, m.key, m.program, m.workflow, m.version, m.state, m.outcome, m.revision,
       m.open_escalations, m.entered_at, m.created_at, m.updated_at, m.parties::text,
       m.facts::text, m.stack::text
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.due_at <= :until
ORDER BY t.due_at
LIMIT :most
FOR UPDATE OF m SKIP LOCKED
