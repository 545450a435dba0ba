-- Up to a revision: read on the transaction's own connection, which sees what it has written.
SELECT mentorship_id::text, revision, at, event, from_state, to_state, by, data::text, cause::text,
       key
FROM mentorflow_history
WHERE mentorship_id = :mentorship_id::uuid
  AND revision <= :until
ORDER BY revision
