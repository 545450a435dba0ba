SELECT id, endpoint, since, until, types, per_minute, status, counted, done, place, begun_at,
       changed_at, ended_at, by, reason
FROM mentorflow_recovery
WHERE id = :id
