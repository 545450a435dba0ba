-- Mentorships that time will never move: of a version nobody knows, in a state it does not have, or
-- with none of the timers that lead out of the state: neither running nor set aside until its
-- program goes on. A way without a timer is a state to stay in.
WITH way AS MATERIALIZED (
    SELECT value ->> 0 AS workflow, (value ->> 1)::int AS version, value ->> 2 AS state,
           value ->> 3 AS timer
    FROM jsonb_array_elements(:ways::jsonb) AS value
)
SELECT m.id::text, m.state, m.workflow, m.version
FROM mentorflow_mentorship AS m
WHERE NOT EXISTS (
    SELECT 1
    FROM way AS w
    WHERE w.workflow = m.workflow
      AND w.version = m.version
      AND w.state = m.state
      AND (w.timer IS NULL
           OR EXISTS (
               SELECT 1
               FROM mentorflow_timer AS t
               WHERE t.mentorship_id = m.id
                 AND t.name = w.timer
                 AND (t.due_at IS NOT NULL
                      OR t.remaining < 0
                      AND m.program IN (
                          SELECT id FROM mentorflow_program WHERE frozen_at IS NOT NULL)))))
LIMIT :most
