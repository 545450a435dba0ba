-- One by one. Who has lost the lease does not get it back.
UPDATE mentorflow_effect
SET available_at = :leased_until
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
  AND lease = :lease
RETURNING mentorship_id, revision, position
