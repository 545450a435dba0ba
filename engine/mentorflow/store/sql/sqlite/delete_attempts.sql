DELETE FROM mentorflow_attempt
WHERE endpoint = :endpoint
  AND notice = :notice
