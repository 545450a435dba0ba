DELETE FROM mentorflow_notice_form
WHERE notice = ANY(SELECT json_array_elements_text(:notices::json))
