-- Up to which transaction all that is written is seen, and whether all that were running are known.
\i settled
SELECT upto,
       NOT EXISTS (
           SELECT 1
           FROM running
           WHERE mod(xid, 4294967296) NOT IN (SELECT xid FROM locked))
FROM settled
