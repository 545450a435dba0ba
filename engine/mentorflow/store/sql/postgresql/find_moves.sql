-- Every pending timer that follows another value than the one in force, with when it would be due.
-- `affected` has (timing, default, fact), `proposed` (timing, scope, subject, value, seconds),
-- `spans` (version, timer, value, calendar, day, since, until, seconds, due_at, role), `calendars`
-- (program, calendar). A rule that adds the same length to every anchor has one span without a day.
INSERT INTO mentorflow_move
WITH affected AS (
    SELECT n ->> 0 AS timing, n ->> 1 AS value, n ->> 2 AS fact
    FROM json_array_elements(:affected::json) AS n),
proposed AS (
    SELECT n ->> 0 AS timing, n ->> 1 AS scope, n ->> 2 AS subject, n ->> 3 AS value,
           (n ->> 4)::float8 AS seconds
    FROM json_array_elements(:proposed::json) AS n),
calendars AS (
    SELECT n ->> 0 AS program, n ->> 1 AS calendar
    FROM json_array_elements(:calendars::json) AS n),
spans AS (
    SELECT (n ->> 0)::int AS version, n ->> 1 AS timer, n ->> 2 AS value, n ->> 3 AS calendar,
           n ->> 4 AS day, (n ->> 5)::timestamptz AS since, (n ->> 6)::timestamptz AS until,
           (n ->> 7)::float8 AS seconds, (n ->> 8)::timestamptz AS due_at, n ->> 9 AS role
    FROM json_array_elements(:spans::json) AS n),
theirs AS (
    SELECT DISTINCT ON (p.mentorship_id, o.timing) p.mentorship_id, o.timing, o.value
    FROM proposed AS o
    JOIN mentorflow_party AS p ON p.person = o.subject
    WHERE o.scope = 'person'
    ORDER BY p.mentorship_id, o.timing, o.seconds DESC, o.value DESC),
standing AS (
    SELECT t.mentorship_id, t.name, t.instance, t.timing, t.value, t.scope, t.due_at, t.remaining,
           t.anchor_at, m.program, m.version, m.parties, coalesce(c.calendar, '') AS calendar,
           theirs.value AS person, own.value AS mentorship, pr.value AS program_value,
           de.value AS deployment, a.value AS default_value,
           CASE
               WHEN t.scope = 'agreement' THEN t.value
               WHEN t.scope IN ('mentorship', 'person') THEN m.facts #>> string_to_array(a.fact, '.')
           END AS agreed
    FROM mentorflow_timer AS t
    JOIN affected AS a ON a.timing = t.timing
    JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
    LEFT JOIN theirs ON theirs.mentorship_id = t.mentorship_id AND theirs.timing = t.timing
    LEFT JOIN proposed AS own
        ON own.timing = t.timing AND own.scope = 'mentorship' AND own.subject = m.id::text
    LEFT JOIN proposed AS pr
        ON pr.timing = t.timing AND pr.scope = 'program' AND pr.subject = m.program
    LEFT JOIN proposed AS de ON de.timing = t.timing AND de.scope = 'deployment'
    LEFT JOIN calendars AS c ON c.program = m.program
    WHERE m.workflow = :workflow
      AND t.scope <> 'until'),
following AS (
    SELECT *, coalesce(person, mentorship, agreed, program_value, deployment, default_value)
                  AS to_value,
           CASE
               WHEN person IS NOT NULL THEN 'person'
               WHEN mentorship IS NOT NULL THEN 'mentorship'
               WHEN agreed IS NOT NULL THEN 'agreement'
               WHEN program_value IS NOT NULL THEN 'program'
               WHEN deployment IS NOT NULL THEN 'deployment'
               ELSE 'default'
           END AS to_scope
    FROM standing)
SELECT f.mentorship_id, f.name, f.instance, f.timing, f.program,
       f.parties -> coalesce(e.role, d.role) ->> 0, f.anchor_at, f.value, f.scope, f.due_at,
       f.remaining, f.to_value, f.to_scope,
       CASE
           WHEN f.due_at IS NULL THEN NULL
           ELSE coalesce(
               d.due_at, f.anchor_at + make_interval(secs => coalesce(e.seconds, d.seconds)))
       END,
       f.remaining, coalesce(e.timer, d.timer) IS NOT NULL
FROM following AS f
LEFT JOIN spans AS e
    ON e.version = f.version AND e.timer = f.name AND e.value = f.to_value
    AND e.calendar = f.calendar AND e.day = ''
LEFT JOIN spans AS d
    ON d.version = f.version AND d.timer = f.name AND d.value = f.to_value
    AND d.calendar = f.calendar AND d.day = (f.anchor_at AT TIME ZONE 'UTC')::date::text
    AND d.since <= f.anchor_at AND f.anchor_at < d.until
WHERE f.value <> f.to_value
   OR f.scope <> f.to_scope
