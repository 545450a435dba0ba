INSERT INTO mentorflow_endpoint_health (endpoint, failures, probes, warned, sent, failed)
SELECT n.endpoint, 0, 0, 0, 0, 0
FROM unnest(:endpoint::text[]) AS n (endpoint)
