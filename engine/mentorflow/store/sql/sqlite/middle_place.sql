-- The mentorship in the middle of all.
SELECT max(id)
FROM (
    SELECT id
    FROM mentorflow_mentorship
    ORDER BY id
    LIMIT 1 OFFSET (SELECT count(*) / 2 FROM mentorflow_mentorship)) AS n
