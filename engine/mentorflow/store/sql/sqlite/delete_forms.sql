DELETE FROM mentorflow_notice_form
WHERE notice IN (SELECT value FROM json_each(:notices))
