SELECT id, url, description, types::text, programs::text, form, ordering, per_minute, schedule::text, headers, secrets,
       contact, status, why, created_at, changed_at, changed_by, revision
FROM mentorflow_endpoint
WHERE id = :id
  AND status <> 'removed'
