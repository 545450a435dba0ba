-- Where only the facts change: SQLite would write the indexes of every column that is named.
UPDATE mentorflow_mentorship
SET revision = :revision,
    open_escalations = :open_escalations,
    updated_at = :updated_at,
    facts = :facts
WHERE id = :id
  AND revision = :expected
