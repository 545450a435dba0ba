-- One by one: what was decided at the revision that an effect comes from.
SELECT mentorship_id, revision, at, event, from_state, to_state, by, data, cause, key
FROM mentorflow_history
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
