INSERT INTO mentorflow_mentorship
    (id, key, program, workflow, version, state, outcome, revision, open_escalations,
     entered_at, created_at, updated_at, parties, facts, stack)
SELECT *
FROM unnest(
    :id::uuid[], :key::text[], :program::text[], :workflow::text[], :version::int[],
    :state::text[], :outcome::text[], :revision::int[], :open_escalations::int[],
    :entered_at::timestamptz[], :created_at::timestamptz[], :updated_at::timestamptz[],
    :parties::jsonb[], :facts::jsonb[], :stack::jsonb[]) AS n
