SELECT endpoint, notice, attempts
FROM mentorflow_delivery
WHERE lease = :lease
  AND status = 'pending'
  AND endpoint IN (SELECT value FROM json_each(:endpoints))
