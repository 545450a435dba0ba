-- What pairs agreed on, where another value was set for one of them: it may be in force again.
SELECT DISTINCT t.timing, m.facts #>> string_to_array(n ->> 1, '.') AS value
FROM mentorflow_timer AS t
JOIN json_array_elements(:facts::json) AS n ON n ->> 0 = t.timing
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE t.scope IN ('mentorship', 'person')
  AND m.workflow = :workflow
  AND m.facts #>> string_to_array(n ->> 1, '.') IS NOT NULL
