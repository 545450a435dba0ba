DELETE FROM mentorflow_calendar_rule
WHERE workflow = :workflow
