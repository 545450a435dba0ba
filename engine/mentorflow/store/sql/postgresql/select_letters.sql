-- Each person's letters that are counted, then those that wait: two short walks by person.
-- An invitation waits alone: what joined it would make a digest of it, which nobody can put into a
-- calendar.
WITH wanted AS (SELECT unnest(:people::text[]) AS person)
SELECT m.person, m.counted_at, NULL::timestamptz, NULL::text, NULL::int, NULL::int
FROM wanted
JOIN mentorflow_message AS m ON m.person = wanted.person
WHERE m.counted_at > :since::timestamptz
UNION ALL
SELECT m.person, NULL, m.goes_out_at, m.mentorship_id::text, m.revision, m.position
FROM wanted
JOIN mentorflow_message AS m ON m.person = wanted.person
WHERE m.status = 'held'
  AND m.data -> 'invitation' IS NULL
