SELECT id, workflow, status, changes, by, reason, listed, done, place, begun_at, ended_at,
       rules
FROM mentorflow_plan
WHERE id = :id
