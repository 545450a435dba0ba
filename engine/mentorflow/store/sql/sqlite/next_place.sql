-- The last of the mentorships that come next.
SELECT max(id)
FROM (
    SELECT id
    FROM mentorflow_mentorship
    WHERE id > :after
    ORDER BY id
    LIMIT :most) AS n
