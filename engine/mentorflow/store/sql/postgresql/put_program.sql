INSERT INTO mentorflow_program
    (id, calendar, frozen_at, frozen_by, frozen_because, changed_at, revision)
SELECT *
FROM unnest(
    :id::text[], :calendar::jsonb[], :frozen_at::timestamptz[], :frozen_by::text[],
    :frozen_because::text[], :changed_at::timestamptz[], :revision::bigint[]) AS n
ON CONFLICT (id) DO UPDATE
SET calendar = excluded.calendar,
    frozen_at = excluded.frozen_at,
    frozen_by = excluded.frozen_by,
    frozen_because = excluded.frozen_because,
    changed_at = excluded.changed_at,
    revision = excluded.revision
