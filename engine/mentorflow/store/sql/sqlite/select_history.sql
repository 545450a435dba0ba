-- Up to a revision: read on the transaction's own connection, which sees what it has written.
SELECT mentorship_id, revision, at, event, from_state, to_state, by, data, cause, key
FROM mentorflow_history
WHERE mentorship_id = :mentorship_id
  AND revision <= :until
ORDER BY revision
