-- Under the locks of their mentorships, in the order of their ids, as whoever changes timers of several.
-- Whoever has set one anew meanwhile has taken the mark away: it is left alone.
WITH reckoned AS (
    SELECT :now::timestamptz AS now),
found AS MATERIALIZED (
    SELECT t.mentorship_id, t.name, t.instance
    FROM mentorflow_timer AS t
    JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
    WHERE m.workflow = :workflow
      AND t.timing = :timing
      AND t.put_off_by IN ('limit', 'jitter')
      AND t.mentorship_id > :after::uuid
      AND t.mentorship_id <= :upto::uuid
    ORDER BY m.id
    FOR UPDATE OF m)
UPDATE mentorflow_timer AS t
SET due_at = least(t.due_at, reckoned.now),
    put_off_by = NULL
FROM found
CROSS JOIN reckoned
WHERE t.mentorship_id = found.mentorship_id
  AND t.name = found.name
  AND t.instance = found.instance
  AND t.put_off_by IN ('limit', 'jitter')
