-- In the order of their ids, so that two batches cannot wait for each other in a circle.
SELECT id::text, key, program, workflow, version, state, outcome, revision, open_escalations,
       entered_at, created_at, updated_at, parties::text, facts::text, stack::text
FROM mentorflow_mentorship
WHERE id = ANY(:ids::uuid[])
ORDER BY id
FOR UPDATE
