-- Where only the facts change, which is what most events do.
-- A missed row divides by zero, which stops the transaction before it commits.
WITH changed AS (
    UPDATE mentorflow_mentorship AS m
    SET revision = n.revision,
        open_escalations = n.open_escalations,
        updated_at = n.updated_at,
        facts = n.facts
    FROM unnest(
        :revision::int[], :open_escalations::int[], :updated_at::timestamptz[], :facts::jsonb[],
        :id::uuid[], :expected::int[])
        AS n (revision, open_escalations, updated_at, facts, id, expected)
    WHERE m.id = n.id
      AND m.revision = n.expected
    RETURNING 1)
SELECT 1 / (count(*) = :wanted)::int
FROM changed
