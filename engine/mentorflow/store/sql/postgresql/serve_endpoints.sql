-- Endpoints nobody serves, to which something is to be sent that nothing holds back.
UPDATE mentorflow_endpoint_health AS h
SET lease = :lease,
    leased_until = :leased_until::timestamptz
FROM (
    SELECT f.endpoint
    FROM mentorflow_endpoint_health AS f
    JOIN mentorflow_endpoint AS e ON e.id = f.endpoint
    CROSS JOIN (SELECT :now::timestamptz AS now) AS c
    WHERE e.status = 'enabled'
      AND (f.lease IS NULL OR f.leased_until <= now)
      AND (f.held_until IS NULL OR f.held_until <= now)
      AND (f.free_at IS NULL OR f.free_at <= now)
      AND (f.lease IS NOT NULL OR EXISTS (
          SELECT 1
          FROM mentorflow_delivery AS d
          WHERE d.endpoint = f.endpoint
            AND d.status = 'pending'
            AND d.lease IS NULL
            AND d.available_at <= now))
    LIMIT :most
    FOR UPDATE OF f SKIP LOCKED) AS free
WHERE h.endpoint = free.endpoint
RETURNING h.endpoint
