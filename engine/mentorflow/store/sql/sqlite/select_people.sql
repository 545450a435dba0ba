SELECT id, name, time_zone, locale, style, channels, quiet_since, quiet_until, absent_since,
       absent_until, weekly_budget
FROM mentorflow_person
WHERE id IN (SELECT value FROM json_each(:people))
