-- When the next is to be sent that nothing holds back. An endpoint that somebody serves is looked at
-- again when that lease is over.
SELECT min(iif(
    lease IS NOT NULL, leased_until,
    max(available_at, coalesce(held_until, ''), coalesce(free_at, ''))))
FROM (
    SELECT h.lease, h.leased_until, h.held_until, h.free_at,
           (SELECT min(available_at)
            FROM mentorflow_delivery AS d
            WHERE d.endpoint = e.id
              AND d.status = 'pending'
              AND d.lease IS NULL) AS available_at
    FROM mentorflow_endpoint AS e
    JOIN mentorflow_endpoint_health AS h ON h.endpoint = e.id
    WHERE e.status = 'enabled') AS f
WHERE lease IS NOT NULL
   OR available_at IS NOT NULL
