INSERT INTO mentorflow_recovery
    (id, endpoint, since, until, types, per_minute, status, counted, done, place, begun_at,
     changed_at, ended_at, by, reason)
SELECT *
FROM unnest(
    :id::text[], :endpoint::text[], :since::timestamptz[], :until::timestamptz[], :types::jsonb[],
    :per_minute::int[], :status::text[], :counted::int[], :done::int[], :place::bigint[],
    :begun_at::timestamptz[], :changed_at::timestamptz[], :ended_at::timestamptz[], :by::text[],
    :reason::text[]) AS n
ON CONFLICT (id) DO UPDATE
SET status = excluded.status,
    done = excluded.done,
    place = excluded.place,
    changed_at = excluded.changed_at,
    ended_at = excluded.ended_at
