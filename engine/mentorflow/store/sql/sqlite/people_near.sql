-- The people of some mentorships, from one on.
SELECT p.person
FROM mentorflow_party AS p
WHERE p.mentorship_id IN (
    SELECT m.id
    FROM mentorflow_mentorship AS m
    WHERE m.id >= :since
    ORDER BY m.id
    LIMIT :most)
