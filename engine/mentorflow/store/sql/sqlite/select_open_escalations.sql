-- Those that nobody has taken up or put off.
SELECT id
FROM mentorflow_escalation
WHERE mentorship_id IN (SELECT value FROM json_each(:ids))
  AND status = 'open'
