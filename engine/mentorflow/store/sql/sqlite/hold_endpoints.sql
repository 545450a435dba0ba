-- Those that are still ours: who lost the lease sends nothing more, and settles nothing.
UPDATE mentorflow_endpoint_health
SET leased_until = :leased_until
WHERE lease = :lease
RETURNING endpoint, failures, probes, failing_since, last_success_at, last_failure_at, held_until,
          held_by, warned, counted_since, sent, failed, free_at,
          (SELECT url FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT form FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT ordering FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT per_minute FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT headers FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT secrets FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT status FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint),
          (SELECT revision FROM mentorflow_endpoint WHERE id = mentorflow_endpoint_health.endpoint)
