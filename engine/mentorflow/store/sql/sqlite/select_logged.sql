SELECT endpoint, notice, number
FROM mentorflow_attempt
WHERE (endpoint, notice, number) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:attempts))
