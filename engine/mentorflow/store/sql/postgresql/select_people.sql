SELECT id, name, time_zone, locale, style, channels::text, quiet_since, quiet_until, absent_since,
       absent_until, weekly_budget
FROM mentorflow_person
WHERE id = ANY (:people::text[])
