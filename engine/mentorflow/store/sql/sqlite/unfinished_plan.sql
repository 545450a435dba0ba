-- The plan of a workflow that is under way; there is one at most.
SELECT id, workflow, status, changes, by, reason, listed, done, place, begun_at, ended_at,
       rules
FROM mentorflow_plan
WHERE status IN ('applying', 'undoing')
  AND workflow = :workflow
