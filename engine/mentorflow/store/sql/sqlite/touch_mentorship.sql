-- A timer that only had something done: neither state nor facts change, and no index moves.
UPDATE mentorflow_mentorship
SET revision = :revision,
    open_escalations = :open_escalations,
    updated_at = :updated_at
WHERE id = :id
  AND revision = :expected
