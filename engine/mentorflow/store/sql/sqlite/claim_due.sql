-- The timers due first, by the partial index alone, each with its mentorship.
SELECT t.name, t.instance, t.due_at, t.timing, t.value, t.scope, t.anchor, t.anchor_at,
       t.remaining,
       m.id, m.key, m.program, m.workflow, m.version, m.state, m.outcome, m.revision,
       m.open_escalations, m.entered_at, m.created_at, m.updated_at, m.parties, m.facts, m.stack
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.due_at <= :until
ORDER BY t.due_at
LIMIT :most
