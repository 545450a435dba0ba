-- Endpoints nobody serves, to which something is to be sent that nothing holds back. Whoever let a
-- lease run out that nobody took over goes on with it: what it has under way is not sent again.
WITH asked AS (
    SELECT :lease::text AS lease, :leased_until::timestamptz AS leased_until, :now::timestamptz AS now)
UPDATE mentorflow_endpoint_health AS h
SET lease = free.lease,
    leased_until = free.leased_until
FROM (
    SELECT f.endpoint, a.lease, a.leased_until
    FROM mentorflow_endpoint_health AS f
    JOIN mentorflow_endpoint AS e ON e.id = f.endpoint
    CROSS JOIN asked AS a
    WHERE e.status = 'enabled'
      AND (f.lease IS NULL OR (f.leased_until <= a.now AND f.lease <> a.lease))
      AND (f.held_until IS NULL OR f.held_until <= a.now)
      AND (f.free_at IS NULL OR f.free_at <= a.now)
      AND (f.lease IS NOT NULL OR EXISTS (
          SELECT 1
          FROM mentorflow_delivery AS d
          WHERE d.endpoint = f.endpoint
            AND d.status = 'pending'
            AND d.lease IS NULL
            AND d.available_at <= a.now))
    LIMIT :most
    FOR UPDATE OF f SKIP LOCKED) AS free
WHERE h.endpoint = free.endpoint
RETURNING h.endpoint
