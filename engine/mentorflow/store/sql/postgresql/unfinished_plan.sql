-- The plan of a workflow that is under way; there is one at most.
SELECT id, workflow, status, changes::text, by, reason, listed, done, place::text, begun_at, ended_at,
       rules::text
FROM mentorflow_plan
WHERE status IN ('applying', 'undoing')
  AND workflow = :workflow
