-- The first transaction of this database that is open still; those of others on the server write
-- nothing here. One that has ended since this statement began is taken for one that is open.
WITH seen AS MATERIALIZED (
    SELECT pg_current_snapshot() AS at),
elsewhere AS MATERIALIZED (
    SELECT l.transactionid::text::bigint AS xid
    FROM pg_locks AS l
    JOIN pg_stat_activity AS a ON a.pid = l.pid
    WHERE l.locktype = 'transactionid'
      AND l.mode = 'ExclusiveLock'
      AND a.datname <> current_database()),
settled AS MATERIALIZED (
    SELECT coalesce(
        (SELECT min(x::text::bigint)
         FROM pg_snapshot_xip(seen.at) AS x
         WHERE mod(x::text::bigint, 4294967296) NOT IN (SELECT xid FROM elsewhere)),
        pg_snapshot_xmax(seen.at)::text::bigint) AS upto
    FROM seen)
