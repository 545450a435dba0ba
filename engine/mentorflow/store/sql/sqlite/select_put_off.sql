SELECT t.mentorship_id, t.name, t.instance, t.put_off_by
FROM json_each(:keys) AS n
JOIN mentorflow_timer AS t
    ON t.mentorship_id = json_extract(n.value, '$[0]') AND t.name = json_extract(n.value, '$[1]')
    AND t.instance = json_extract(n.value, '$[2]')
WHERE t.put_off_by IS NOT NULL
