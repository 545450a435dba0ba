UPDATE mentorflow_endpoint_health
SET free_at = :free_at::timestamptz
WHERE endpoint = :endpoint
