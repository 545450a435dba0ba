SELECT e.id, e.url, e.description, e.types, e.programs, e.form, e.ordering, e.per_minute,
       e.schedule, e.headers, e.secrets, e.contact, e.status, e.why, e.created_at, e.changed_at, e.changed_by, e.revision,
       h.failures, h.probes, h.failing_since, h.last_success_at, h.last_failure_at, h.held_until,
       h.held_by, h.warned, h.counted_since, h.sent, h.failed,
       (SELECT count(*) FROM mentorflow_delivery AS d
        WHERE d.endpoint = e.id AND d.status = 'pending'),
       (SELECT min(d.created_at) FROM mentorflow_delivery AS d
        WHERE d.endpoint = e.id AND d.status = 'pending')
FROM mentorflow_endpoint AS e
JOIN mentorflow_endpoint_health AS h ON h.endpoint = e.id
WHERE e.status <> 'removed'
  AND e.id > :after
  AND e.id = coalesce(:id, e.id)
ORDER BY e.id
LIMIT :most
