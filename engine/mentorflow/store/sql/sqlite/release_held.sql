-- A person is reached in another way from now on: what is held for them is decided once more.
UPDATE mentorflow_effect
SET available_at = :now
WHERE (mentorship_id, revision, position) IN (
    SELECT mentorship_id, revision, position
    FROM mentorflow_message
    WHERE person = :person
      AND status = 'held')
  AND status = 'pending'
  AND lease IS NULL
