INSERT INTO mentorflow_calendar_rule
    (workflow, kind, name, source, years, recorded_at)
SELECT *
FROM unnest(
    :workflow::text[], :kind::text[], :name::text[], :source::text[], :years::jsonb[],
    :recorded_at::timestamptz[]) AS n
