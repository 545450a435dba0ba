INSERT INTO mentorflow_endpoint_health (endpoint, failures, probes, warned, sent, failed,
                                        acknowledged_in, acknowledged_place)
SELECT n.endpoint, 0, 0, 0, 0, 0, 0, 0
FROM unnest(:endpoint::text[]) AS n (endpoint)
