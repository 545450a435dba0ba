UPDATE mentorflow_endpoint_health AS h
SET failures = n.failures,
    probes = n.probes,
    failing_since = n.failing_since,
    last_success_at = n.last_success_at,
    last_failure_at = n.last_failure_at,
    held_until = n.held_until,
    held_by = n.held_by,
    warned = n.warned,
    counted_since = n.counted_since,
    sent = n.sent,
    failed = n.failed
FROM unnest(
    :failures::int[], :probes::int[], :failing_since::timestamptz[],
    :last_success_at::timestamptz[], :last_failure_at::timestamptz[], :held_until::timestamptz[],
    :held_by::text[], :warned::int[], :counted_since::timestamptz[], :sent::int[],
    :failed::int[], :endpoint::text[])
    AS n (failures, probes, failing_since, last_success_at, last_failure_at, held_until, held_by,
          warned, counted_since, sent, failed, endpoint)
WHERE h.endpoint = n.endpoint
