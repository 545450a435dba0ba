-- Walks the mentorships in the order of their ids, a batch at a time: all of them once.
SELECT id
FROM mentorflow_mentorship
WHERE workflow = :workflow
  AND version = :version
  AND program = coalesce(:program, program)
  AND id > :after
ORDER BY id
LIMIT :most
