SELECT mentorship_id::text, id, ladder, cause, state, status, rung, opened_at, changed_at,
       changed_by, reason
FROM mentorflow_escalation
WHERE mentorship_id = ANY(:ids::uuid[])
  AND status IN ('open', 'acknowledged', 'snoozed')
ORDER BY opened_at, id
