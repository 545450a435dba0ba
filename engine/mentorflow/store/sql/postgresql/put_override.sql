INSERT INTO mentorflow_override (workflow, timing, scope, subject, value, revision)
SELECT *
FROM unnest(
    :workflow::text[], :timing::text[], :scope::text[], :subject::text[], :value::text[],
    :revision::bigint[]) AS n
ON CONFLICT (workflow, timing, scope, subject) DO UPDATE
SET value = excluded.value,
    revision = excluded.revision
