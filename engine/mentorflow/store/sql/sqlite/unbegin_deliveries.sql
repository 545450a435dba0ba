UPDATE mentorflow_delivery
SET attempts = attempts - 1,
    lease = NULL
WHERE endpoint = :endpoint
  AND notice IN (SELECT value FROM json_each(:notices))
  AND lease = :lease
  AND status = 'pending'
