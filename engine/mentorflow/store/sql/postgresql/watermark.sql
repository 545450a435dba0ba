-- The cursor up to which an endpoint has had everything, or will not get it any more: before what
-- is pending, and before what a transaction that is open may still bring.
\i settled
SELECT written_in, place
FROM (
    SELECT written_in, place
    FROM (
        SELECT n.written_in, n.place - 1 AS place
        FROM mentorflow_delivery AS d
        JOIN mentorflow_notice AS n ON n.id = d.notice
        WHERE d.endpoint = :endpoint
          AND d.status = 'pending'
        ORDER BY n.written_in, n.place
        LIMIT 1) AS pending
    UNION ALL
    SELECT upto, 0
    FROM settled) AS bounds
ORDER BY written_in, place
LIMIT 1
