SELECT id, workflow, status, changes::text, by, reason, listed, done, place::text, begun_at, ended_at,
       rules::text
FROM mentorflow_plan
WHERE id = :id
FOR UPDATE
