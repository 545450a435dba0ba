SELECT mentorship_id, revision, position, person, kind, name, role, data, status, why, goes_out_at,
       counted_at, letter, channel, decided_at, changed_at
FROM mentorflow_message
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
