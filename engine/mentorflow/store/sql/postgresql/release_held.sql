-- A person is reached in another way from now on: what is held for them is decided once more.
UPDATE mentorflow_effect AS e
SET available_at = n.now
FROM unnest(:now::timestamptz[], :person::text[]) AS n (now, person)
JOIN mentorflow_message AS m ON m.person = n.person AND m.status = 'held'
WHERE e.mentorship_id = m.mentorship_id
  AND e.revision = m.revision
  AND e.position = m.position
  AND e.status = 'pending'
  AND e.lease IS NULL
