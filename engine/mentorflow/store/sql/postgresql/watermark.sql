-- The cursor up to which an endpoint has had everything, or will not get it any more: before what
-- is pending, and before what a transaction that is open may still bring. Where more is pending
-- than is looked at, none: the last one holds.
\i settled
, waiting AS MATERIALIZED (
    SELECT notice
    FROM mentorflow_delivery
    WHERE endpoint = :endpoint
      AND status = 'pending'
    LIMIT :looked_at)
SELECT written_in, place
FROM (
    SELECT n.written_in, n.place - 1 AS place
    FROM waiting AS w
    JOIN mentorflow_notice AS n ON n.id = w.notice
    UNION ALL
    SELECT upto, 0
    FROM settled) AS bounds
WHERE (SELECT count(*) FROM waiting) <= :most
ORDER BY written_in, place
LIMIT 1
