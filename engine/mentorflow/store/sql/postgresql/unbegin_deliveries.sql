UPDATE mentorflow_delivery
SET attempts = attempts - 1,
    lease = NULL
WHERE endpoint = :endpoint
  AND notice = ANY(SELECT json_array_elements_text(:notices::json))
  AND lease = :lease
  AND status = 'pending'
