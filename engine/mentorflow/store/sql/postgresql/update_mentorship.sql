-- The expected revision stands behind the lock: a decision on an older one changes no row.
-- A missed row divides by zero, which stops the transaction before it commits.
WITH changed AS (
    UPDATE mentorflow_mentorship AS m
    SET version = n.version,
        state = n.state,
        outcome = n.outcome,
        revision = n.revision,
        open_escalations = n.open_escalations,
        entered_at = n.entered_at,
        updated_at = n.updated_at,
        parties = n.parties,
        facts = n.facts,
        stack = n.stack
    FROM unnest(
        :version::int[], :state::text[], :outcome::text[], :revision::int[],
        :open_escalations::int[], :entered_at::timestamptz[], :updated_at::timestamptz[],
        :parties::jsonb[], :facts::jsonb[], :stack::jsonb[], :id::uuid[], :expected::int[])
        AS n (version, state, outcome, revision, open_escalations, entered_at, updated_at,
              parties, facts, stack, id, expected)
    WHERE m.id = n.id
      AND m.revision = n.expected
    RETURNING 1)
SELECT 1 / (count(*) = :wanted)::int
FROM changed
