SELECT t.mentorship_id::text, t.name, t.instance, t.put_off_by
FROM json_array_elements(:keys::json) AS n
JOIN mentorflow_timer AS t
    ON t.mentorship_id = (n ->> 0)::uuid AND t.name = n ->> 1 AND t.instance = n ->> 2
WHERE t.put_off_by IS NOT NULL
