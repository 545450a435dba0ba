UPDATE mentorflow_endpoint_health
SET failures = 0,
    probes = 0,
    failing_since = NULL,
    held_until = NULL,
    held_by = NULL,
    warned = 0,
    counted_since = NULL,
    sent = 0,
    failed = 0
WHERE endpoint = :endpoint
