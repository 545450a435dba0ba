-- Endpoints nobody serves, to which something is to be sent that nothing holds back. Whoever let a
-- lease run out that nobody took over goes on with it: what it has under way is not sent again.
WITH asked AS (
    SELECT :lease AS lease, :leased_until AS leased_until, :now AS now)
UPDATE mentorflow_endpoint_health
SET lease = (SELECT lease FROM asked),
    leased_until = (SELECT leased_until FROM asked)
WHERE endpoint IN (
    SELECT f.endpoint
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
    LIMIT :most)
RETURNING endpoint
