-- The first transaction of this database that is open still; those of others on the server write
-- nothing here. One that has ended since this statement began cannot be placed: it counts as open.
WITH seen AS MATERIALIZED (
    SELECT pg_current_snapshot() AS at),
running AS MATERIALIZED (
    SELECT x::text::bigint AS xid
    FROM seen
    CROSS JOIN pg_snapshot_xip(seen.at) AS x),
locked AS MATERIALIZED (
    SELECT l.transactionid::text::bigint AS xid, a.datname <> current_database() AS is_elsewhere
    FROM pg_locks AS l
    LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
    WHERE l.locktype = 'transactionid'
      AND l.mode = 'ExclusiveLock'),
settled AS MATERIALIZED (
    SELECT coalesce(
        (SELECT min(xid)
         FROM running
         WHERE mod(xid, 4294967296) NOT IN (SELECT xid FROM locked WHERE is_elsewhere)),
        pg_snapshot_xmax(seen.at)::text::bigint) AS upto
    FROM seen)
