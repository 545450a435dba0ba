SELECT mentorship_id::text, person
FROM mentorflow_party
WHERE person IN (SELECT n FROM json_array_elements_text(:people::json) AS n)
