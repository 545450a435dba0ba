INSERT OR REPLACE INTO mentorflow_escalation
    (mentorship_id, id, ladder, cause, state, status, rung, opened_at, changed_at, changed_by,
     reason)
VALUES
    (:mentorship_id, :id, :ladder, :cause, :state, :status, :rung, :opened_at, :changed_at,
     :changed_by, :reason)
