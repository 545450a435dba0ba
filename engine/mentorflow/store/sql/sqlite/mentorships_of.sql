SELECT mentorship_id, person
FROM mentorflow_party
WHERE person IN (SELECT value FROM json_each(:people))
