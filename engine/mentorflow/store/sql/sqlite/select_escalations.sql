SELECT mentorship_id, id, ladder, cause, state, status, rung, opened_at, changed_at, changed_by,
       reason
FROM mentorflow_escalation
WHERE mentorship_id = :mentorship_id
  AND status IN ('open', 'acknowledged', 'snoozed')
ORDER BY opened_at, id
