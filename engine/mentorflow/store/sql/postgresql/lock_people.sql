-- One at a time decides about a person's letters, and nobody waits for it: whoever holds the lock
-- may have been stopped. Locks of the transaction, since most people have no row to lock; the
-- number keeps them apart from a host's own.
SELECT person
FROM unnest(:people::text[]) AS n (person)
WHERE pg_try_advisory_xact_lock(hashtextextended(person, 74656))
