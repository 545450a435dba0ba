SELECT endpoint, notice, number, at, cause, status_code, error, detail, excerpt, address, timings,
       next_at, why
FROM mentorflow_attempt
WHERE endpoint = :endpoint
  AND notice = :notice
ORDER BY number
