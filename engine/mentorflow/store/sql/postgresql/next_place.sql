-- The last of the mentorships that come next.
SELECT max(id::text)
FROM (
    SELECT id
    FROM mentorflow_mentorship
    WHERE id > :after::uuid
    ORDER BY id
    LIMIT :most) AS n
