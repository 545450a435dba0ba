-- Walks the mentorships in the order of their ids, a batch at a time: all of them once.
SELECT id::text
FROM mentorflow_mentorship
WHERE workflow = :workflow
  AND version = :version
  AND program = coalesce(:program::text, program)
  AND id > :after::uuid
ORDER BY id
LIMIT :most
