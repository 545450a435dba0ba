SELECT endpoint, notice, number
FROM mentorflow_attempt
WHERE (endpoint, notice, number) IN (
    SELECT one ->> 0, one ->> 1, (one ->> 2)::int
    FROM json_array_elements(:attempts::json) AS one)
