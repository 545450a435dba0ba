-- Each person's letters that are counted, then those that wait: two short walks by person.
-- An invitation waits alone: what joined it would make a digest of it, which nobody can put into a
-- calendar.
WITH wanted AS (SELECT value AS person FROM json_each(:people))
SELECT m.person, m.counted_at, NULL, NULL, NULL, NULL
FROM wanted
JOIN mentorflow_message AS m ON m.person = wanted.person
WHERE m.counted_at IS NOT NULL
  AND m.counted_at > :since
UNION ALL
SELECT m.person, NULL, m.goes_out_at, m.mentorship_id, m.revision, m.position
FROM wanted
JOIN mentorflow_message AS m ON m.person = wanted.person
WHERE m.status = 'held'
  AND json_extract(m.data, '$.invitation') IS NULL
