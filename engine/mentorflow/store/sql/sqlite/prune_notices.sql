-- From the first place on: places grow with time, so the walk ends where younger ones begin.
DELETE FROM mentorflow_notice
WHERE place IN (
    SELECT place
    FROM (
        SELECT place, at
        FROM mentorflow_notice
        ORDER BY place
        LIMIT :most) AS n
    WHERE at < :before)
RETURNING id
