SELECT l.workflow, l.timing, l.per_minute, l.jitter, l.free_at
FROM mentorflow_limit AS l
JOIN json_each(:keys) AS n
    ON l.workflow = json_extract(n.value, '$[0]') AND l.timing = json_extract(n.value, '$[1]')
