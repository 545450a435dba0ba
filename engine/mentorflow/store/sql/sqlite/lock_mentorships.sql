-- BEGIN IMMEDIATE holds the one write lock, so a plain read is a locking read here.
SELECT m.id, m.key, m.program, m.workflow, m.version, m.state, m.outcome, m.revision,
       m.open_escalations, m.entered_at, m.created_at, m.updated_at, m.parties, m.facts, m.stack
FROM json_each(:ids) AS wanted
CROSS JOIN mentorflow_mentorship AS m ON m.id = wanted.value
