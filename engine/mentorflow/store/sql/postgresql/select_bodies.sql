SELECT n.id, w ->> 1, coalesce(f.form, 'thin'), coalesce(f.body, n.body)
FROM json_array_elements(:wanted::json) AS w
JOIN mentorflow_notice AS n ON n.id = w ->> 0
LEFT JOIN mentorflow_notice_form AS f ON f.notice = w ->> 0 AND f.form = w ->> 1
