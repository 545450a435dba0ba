SELECT kind, name, source, years::text
FROM mentorflow_calendar_rule
WHERE workflow = :workflow
