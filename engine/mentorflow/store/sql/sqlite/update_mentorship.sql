-- The expected revision stands behind the lock: a decision on an older one changes no row.
UPDATE mentorflow_mentorship
SET version = :version,
    state = :state,
    outcome = :outcome,
    revision = :revision,
    open_escalations = :open_escalations,
    entered_at = :entered_at,
    updated_at = :updated_at,
    parties = :parties,
    facts = :facts,
    stack = :stack
WHERE id = :id
  AND revision = :expected
