SELECT endpoint, notice, number
FROM mentorflow_attempt
WHERE (endpoint, notice, number) IN (
    SELECT value ->> 0, value ->> 1, value ->> 2
    FROM json_each(:attempts))
