-- What pairs agreed on, where another value was set for one of them: it may be in force again.
SELECT DISTINCT t.timing, json_extract(m.facts, '$.' || json_extract(n.value, '$[1]'))
FROM mentorflow_timer AS t
JOIN json_each(:facts) AS n ON json_extract(n.value, '$[0]') = +t.timing
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.scope IN ('mentorship', 'person')
  AND m.workflow = :workflow
  AND json_extract(m.facts, '$.' || json_extract(n.value, '$[1]')) IS NOT NULL
