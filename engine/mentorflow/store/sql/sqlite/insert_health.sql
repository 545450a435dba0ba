INSERT INTO mentorflow_endpoint_health (endpoint, failures, probes, warned, sent, failed,
                                        acknowledged_in, acknowledged_place)
VALUES (:endpoint, 0, 0, 0, 0, 0, 0, 0)
