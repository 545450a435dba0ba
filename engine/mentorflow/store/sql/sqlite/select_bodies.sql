SELECT n.id, json_extract(w.value, '$[1]'), coalesce(f.form, 'thin'), coalesce(f.body, n.body)
FROM json_each(:wanted) AS w
JOIN mentorflow_notice AS n ON n.id = json_extract(w.value, '$[0]')
LEFT JOIN mentorflow_notice_form AS f
    ON f.notice = json_extract(w.value, '$[0]') AND f.form = json_extract(w.value, '$[1]')
