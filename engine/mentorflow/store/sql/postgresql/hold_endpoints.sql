-- Those that are still ours: who lost the lease sends nothing more, and settles nothing.
SELECT h.endpoint, h.failures, h.probes, h.failing_since, h.last_success_at, h.last_failure_at,
       h.held_until, h.held_by, h.warned, h.counted_since, h.sent, h.failed, h.free_at, e.url, e.form,
       e.ordering, e.per_minute, e.schedule::text, e.headers, e.secrets, e.status, e.revision
FROM mentorflow_endpoint_health AS h
JOIN mentorflow_endpoint AS e ON e.id = h.endpoint
WHERE h.lease = :lease
FOR NO KEY UPDATE OF h
