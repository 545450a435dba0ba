-- Room that was given away by the limit of before is no more.
INSERT INTO mentorflow_limit (workflow, timing, per_minute, jitter, revision)
SELECT *
FROM unnest(:workflow::text[], :timing::text[], :per_minute::int[], :jitter::text[],
            :revision::bigint[]) AS n
ON CONFLICT (workflow, timing) DO UPDATE
SET per_minute = excluded.per_minute,
    jitter = excluded.jitter,
    free_at = NULL,
    revision = excluded.revision
