SELECT kind, name, source, years
FROM mentorflow_calendar_rule
WHERE workflow = :workflow
