SELECT endpoint, notice, attempts
FROM mentorflow_delivery
WHERE lease = :lease
  AND status = 'pending'
  AND endpoint = ANY(SELECT json_array_elements_text(:endpoints::json))
