-- Where mentorships stand, without a lock: for those who tell of them.
SELECT id::text, key, program, workflow, version, state, outcome, revision, open_escalations,
       entered_at, created_at, updated_at, parties::text, facts::text, stack::text
FROM mentorflow_mentorship
WHERE id = ANY(:ids::uuid[])
