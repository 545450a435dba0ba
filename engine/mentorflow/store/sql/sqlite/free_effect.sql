UPDATE mentorflow_effect
SET lease = NULL
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
