-- When the next is to be sent that nothing holds back. An endpoint that somebody serves is looked at
-- again when that lease is over.
SELECT min(CASE
    WHEN h.lease IS NOT NULL THEN h.leased_until
    ELSE greatest(d.available_at, h.held_until, h.free_at)
END)
FROM mentorflow_endpoint AS e
JOIN mentorflow_endpoint_health AS h ON h.endpoint = e.id
CROSS JOIN LATERAL (
    SELECT min(available_at) AS available_at
    FROM mentorflow_delivery
    WHERE endpoint = e.id
      AND status = 'pending'
      AND lease IS NULL) AS d
WHERE e.status = 'enabled'
  AND (h.lease IS NOT NULL OR d.available_at IS NOT NULL)
