-- Whoever has set one anew meanwhile has taken the mark away: it is left alone.
UPDATE mentorflow_timer AS t
SET due_at = least(t.due_at, :now::timestamptz),
    put_off_by = NULL
FROM mentorflow_mentorship AS m
WHERE m.id = t.mentorship_id
  AND m.workflow = :workflow
  AND t.timing = :timing
  AND t.put_off_by IN ('limit', 'jitter')
  AND t.mentorship_id > :after::uuid
  AND t.mentorship_id <= :upto::uuid
