INSERT INTO mentorflow_notice_form (notice, form, body)
SELECT *
FROM unnest(:notice::text[], :form::text[], :body::text[]) AS n
ON CONFLICT DO NOTHING
