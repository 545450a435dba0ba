INSERT INTO mentorflow_notice_form (notice, form, body)
VALUES (:notice, :form, :body)
ON CONFLICT DO NOTHING
