-- Every pending timer that follows another value than the one in force, with when it would be due;
-- the arguments are those of the statement of the same name for PostgreSQL.
INSERT INTO mentorflow_move
WITH affected AS MATERIALIZED (
    SELECT json_extract(n.value, '$[0]') AS timing, json_extract(n.value, '$[1]') AS value,
           '$.' || json_extract(n.value, '$[2]') AS fact
    FROM json_each(:affected) AS n),
proposed AS MATERIALIZED (
    SELECT json_extract(n.value, '$[0]') AS timing, json_extract(n.value, '$[1]') AS scope,
           json_extract(n.value, '$[2]') AS subject, json_extract(n.value, '$[3]') AS value,
           json_extract(n.value, '$[4]') AS seconds
    FROM json_each(:proposed) AS n),
calendars AS MATERIALIZED (
    SELECT json_extract(n.value, '$[0]') AS program, json_extract(n.value, '$[1]') AS calendar
    FROM json_each(:calendars) AS n),
spans AS MATERIALIZED (
    SELECT json_extract(n.value, '$[0]') AS version, json_extract(n.value, '$[1]') AS timer,
           json_extract(n.value, '$[2]') AS value, json_extract(n.value, '$[3]') AS calendar,
           json_extract(n.value, '$[4]') AS day, json_extract(n.value, '$[5]') AS since,
           json_extract(n.value, '$[6]') AS until, json_extract(n.value, '$[7]') AS seconds,
           json_extract(n.value, '$[8]') AS due_at, json_extract(n.value, '$[9]') AS role
    FROM json_each(:spans) AS n),
theirs AS MATERIALIZED (
    SELECT mentorship_id, timing, value
    FROM (
        SELECT p.mentorship_id, o.timing, o.value,
               row_number() OVER (
                   PARTITION BY p.mentorship_id, o.timing
                   ORDER BY o.seconds DESC, o.value DESC) AS place
        FROM proposed AS o
        JOIN mentorflow_party AS p ON p.person = o.subject
        WHERE o.scope = 'person')
    WHERE place = 1),
standing AS (
    SELECT t.mentorship_id, t.name, t.instance, t.timing, t.value, t.scope, t.due_at, t.remaining,
           t.anchor_at, m.program, m.version, m.parties, coalesce(c.calendar, '') AS calendar,
           theirs.value AS person, own.value AS mentorship, pr.value AS program_value,
           de.value AS deployment, a.value AS default_value,
           CASE
               WHEN t.scope = 'agreement' THEN t.value
               WHEN t.scope IN ('mentorship', 'person') THEN json_extract(m.facts, a.fact)
           END AS agreed
    FROM mentorflow_timer AS t
    JOIN affected AS a ON a.timing = t.timing
    JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
    LEFT JOIN theirs ON theirs.mentorship_id = t.mentorship_id AND theirs.timing = t.timing
    LEFT JOIN proposed AS own
        ON own.timing = t.timing AND own.scope = 'mentorship' AND own.subject = m.id
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
       json_extract(f.parties, '$.' || coalesce(e.role, d.role) || '[0]'), f.anchor_at, f.value,
       f.scope, f.due_at, f.remaining, f.to_value, f.to_scope,
       CASE
           WHEN f.due_at IS NULL THEN NULL
           ELSE coalesce(
               d.due_at,
               strftime(
                   '%Y-%m-%d %H:%M:%S', substr(f.anchor_at, 1, 19),
                   CAST(coalesce(e.seconds, d.seconds) AS integer) || ' seconds')
               || substr(f.anchor_at, 20))
       END,
       f.remaining, coalesce(e.timer, d.timer) IS NOT NULL
FROM following AS f
LEFT JOIN spans AS e
    ON e.version = f.version AND e.timer = f.name AND e.value = f.to_value
    AND e.calendar = f.calendar AND e.day = ''
LEFT JOIN spans AS d
    ON d.version = f.version AND d.timer = f.name AND d.value = f.to_value
    AND d.calendar = f.calendar AND d.day = substr(f.anchor_at, 1, 10)
    AND d.since <= f.anchor_at AND f.anchor_at < d.until
WHERE f.value <> f.to_value
   OR f.scope <> f.to_scope
