UPDATE mentorflow_endpoint_health
SET lease = NULL,
    leased_until = NULL
WHERE lease = :lease
  AND endpoint IN (SELECT value FROM json_each(:endpoints))
