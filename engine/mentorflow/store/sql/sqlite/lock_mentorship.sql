-- BEGIN IMMEDIATE holds the one write lock, so a plain read is a locking read here.
SELECT id, key, program, workflow, version, state, outcome, revision, open_escalations,
       entered_at, created_at, updated_at, parties, facts, stack
FROM mentorflow_mentorship
WHERE id = :id
