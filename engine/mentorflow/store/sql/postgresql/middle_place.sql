-- The mentorship in the middle of all.
SELECT max(id::text)
FROM (
    SELECT id
    FROM mentorflow_mentorship
    ORDER BY id
    OFFSET (SELECT count(*) / 2 FROM mentorflow_mentorship)
    LIMIT 1) AS n
