INSERT INTO mentorflow_recovery
    (id, endpoint, since, until, types, per_minute, status, counted, done, place, begun_at,
     changed_at, ended_at, by, reason)
VALUES
    (:id, :endpoint, :since, :until, :types, :per_minute, :status, :counted, :done, :place,
     :begun_at, :changed_at, :ended_at, :by, :reason)
ON CONFLICT (id) DO UPDATE
SET status = excluded.status,
    done = excluded.done,
    place = excluded.place,
    changed_at = excluded.changed_at,
    ended_at = excluded.ended_at
