SELECT acknowledged_in, acknowledged_place
FROM mentorflow_endpoint_health
WHERE endpoint = :endpoint
