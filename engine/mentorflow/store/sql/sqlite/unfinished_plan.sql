SELECT id
FROM mentorflow_plan
WHERE status IN ('applying', 'undoing')
  AND workflow = :workflow
