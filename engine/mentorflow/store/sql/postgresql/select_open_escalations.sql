-- Those that nobody has taken up or put off.
SELECT id
FROM mentorflow_escalation
WHERE mentorship_id = ANY (:ids::uuid[])
  AND status = 'open'
