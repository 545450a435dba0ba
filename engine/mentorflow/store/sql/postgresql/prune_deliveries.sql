-- Those that were made longest ago. No schedule is so long: what still waits is for an endpoint
-- that has been disabled all the time.
DELETE FROM mentorflow_delivery
WHERE (endpoint, notice) IN (
    SELECT endpoint, notice
    FROM mentorflow_delivery
    WHERE created_at < :before::timestamptz
    ORDER BY created_at
    LIMIT :most)
RETURNING endpoint, notice
