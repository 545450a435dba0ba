INSERT INTO mentorflow_timing_change
    (revision, position, at, by, reason, workflow, timing, scope, subject, from_value, to_value,
     plan)
SELECT *
FROM unnest(
    :revision::bigint[], :position::int[], :at::timestamptz[], :by::text[], :reason::text[],
    :workflow::text[], :timing::text[], :scope::text[], :subject::text[], :from_value::text[],
    :to_value::text[], :plan::text[]) AS n
