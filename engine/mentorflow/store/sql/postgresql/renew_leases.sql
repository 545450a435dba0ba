UPDATE mentorflow_endpoint_health
SET leased_until = :leased_until::timestamptz
WHERE lease = :lease
