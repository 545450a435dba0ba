UPDATE mentorflow_endpoint_health
SET lease = NULL,
    leased_until = NULL
WHERE lease = :lease
  AND endpoint = ANY(SELECT json_array_elements_text(:endpoints::json))
