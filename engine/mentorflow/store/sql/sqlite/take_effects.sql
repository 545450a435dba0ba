-- One by one: whoever carries an effect out takes it over under a lease of its own, which fences
-- off who was given it twice, or too late.
UPDATE mentorflow_effect
SET lease = :lease,
    available_at = :leased_until,
    attempts = attempts + 1
WHERE mentorship_id = :mentorship_id
  AND revision = :revision
  AND position = :position
  AND lease = :claimed_as
  AND status = 'pending'
RETURNING mentorship_id, revision, position, kind, name, role, recipient, data, attempts,
          error
