INSERT INTO mentorflow_endpoint_health (endpoint, failures, probes, warned, sent, failed)
VALUES (:endpoint, 0, 0, 0, 0, 0)
