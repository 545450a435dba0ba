-- The cursor up to which an endpoint has had everything, or will not get it any more: before what
-- is pending, or all there is.
SELECT 0, coalesce(
    (SELECT min(n.place) - 1
     FROM mentorflow_delivery AS d
     JOIN mentorflow_notice AS n ON n.id = d.notice
     WHERE d.endpoint = :endpoint
       AND d.status = 'pending'),
    (SELECT max(place) FROM mentorflow_notice), 0)
