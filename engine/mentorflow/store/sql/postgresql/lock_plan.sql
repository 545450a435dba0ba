SELECT id, workflow, status, changes::text, by, reason, listed, done, place::text, begun_at, ended_at
FROM mentorflow_plan
WHERE id = :id
FOR UPDATE
