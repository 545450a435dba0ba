SELECT id, url, description, types, programs, form, ordering, per_minute, schedule, headers, secrets,
       contact, status, why, created_at, changed_at, changed_by, revision
FROM mentorflow_endpoint
WHERE id = :id
  AND status <> 'removed'
