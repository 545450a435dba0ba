-- One at a time decides about a person's letters. Locks of the transaction, in one order for all:
-- most people have no row to lock. The number keeps them apart from a host's own.
SELECT count(pg_advisory_xact_lock(hashtextextended(person, 74656)))
FROM (SELECT person FROM unnest(:people::text[]) AS n (person) ORDER BY person) AS n
