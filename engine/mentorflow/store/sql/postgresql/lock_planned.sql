-- In the order of their ids, as everybody who locks several.
SELECT count(*)
FROM (
    SELECT 1
    FROM mentorflow_mentorship
    WHERE id IN (
        SELECT mentorship_id
        FROM mentorflow_plan_timer
        WHERE plan = :plan
          AND mentorship_id > :after::uuid
          AND mentorship_id <= :upto::uuid)
    ORDER BY id
    FOR UPDATE) AS n
