UPDATE mentorflow_endpoint_health
SET failures = :failures,
    probes = :probes,
    failing_since = :failing_since,
    last_success_at = :last_success_at,
    last_failure_at = :last_failure_at,
    held_until = :held_until,
    held_by = :held_by,
    warned = :warned,
    counted_since = :counted_since,
    sent = :sent,
    failed = :failed
WHERE endpoint = :endpoint
