-- The cursor up to which an endpoint has had everything, or will not get it any more: before what
-- is pending, or all there is. Where more is pending than is looked at, none: the last one holds.
WITH waiting AS (
    SELECT notice
    FROM mentorflow_delivery
    WHERE endpoint = :endpoint
      AND status = 'pending'
    LIMIT :looked_at)
SELECT 0, coalesce(
           (SELECT min(n.place) - 1 FROM waiting AS w JOIN mentorflow_notice AS n ON n.id = w.notice),
           (SELECT max(place) FROM mentorflow_notice),
           0)
WHERE (SELECT count(*) FROM waiting) <= :most
