-- What the mentorships of a range come to: how many timers of one number are due in the same
-- minute, and move to the same other one; how many mentorships move; and the messages by the
-- horizon, before and after, of people who are often met, and of the ten others with most. A timer
-- is one number, below nought where it moves: its own, counted from one, the minute it is due in
-- (none where it stands still), the minute it moves to (none where it does not); minutes count from
-- 2000. The messages a timer leads to have ten bits for each role.
\i following
, bound AS MATERIALIZED (
    SELECT :until AS until),
-- By when an anchor must lie, where so many seconds are added to it.
latest AS MATERIALIZED (
    SELECT seconds,
           strftime('%Y-%m-%d %H:%M:%S', substr(until, 1, 19), -CAST(seconds AS integer) || ' seconds')
           || substr(until, 20) AS anchor_at
    FROM bound
    CROSS JOIN (SELECT seconds FROM ways UNION SELECT seconds FROM spans)),
placed AS NOT MATERIALIZED (
    SELECT f.mentorship_id, f.number, f.messages, f.due_at, f.leads_to, f.anchor_at,
           l.anchor_at AS latest, b.until,
           f.moves,
           CAST(julianday(substr(f.due_at, 1, 16)) * 1440 + 0.5 AS integer) - 3530224080
               AS from_minute,
           CAST(julianday(substr(coalesce(f.leads_to, iif(f.due_at IS NULL, NULL, f.anchor_at)), 1, 19))
                * 1440 + coalesce(f.seconds / 60, 0) + 0.001 AS integer) - 3530224080 AS to_minute
    FROM following AS f
    CROSS JOIN bound AS b
    LEFT JOIN latest AS l ON l.seconds = +f.seconds
    WHERE f.number IS NOT NULL),
each AS MATERIALIZED (
    SELECT mentorship_id,
           group_concat(
               iif(moves,
                   -((number + 1 << 50) | (coalesce(from_minute, 0) << 25) | coalesce(to_minute, 0)),
                   (number + 1 << 50) | (coalesce(from_minute, 0) << 25))) AS profile,
           sum(iif(due_at <= until, messages, 0)) AS messages_before,
           sum(iif(
               CASE
                   WHEN moves AND due_at IS NOT NULL
                   THEN coalesce(leads_to <= until, anchor_at <= latest)
                   ELSE due_at <= until
               END,
               messages, 0)) AS messages_after
    FROM placed
    GROUP BY mentorship_id),
roles AS MATERIALIZED (
    SELECT json_extract(n.value, '$.role') AS role, json_extract(n.value, '$.place') AS place
    FROM json_each(:roles) AS n),
often AS MATERIALIZED (
    SELECT n.value AS person
    FROM json_each(:often) AS n),
told AS MATERIALIZED (
    SELECT p.person, o.person IS NOT NULL AS is_often,
           e.messages_before >> r.place & 1023 AS before,
           e.messages_after >> r.place & 1023 AS after
    FROM each AS e
    CROSS JOIN mentorflow_party AS p ON p.mentorship_id = e.mentorship_id
    JOIN roles AS r ON r.role = +p.role
    LEFT JOIN often AS o ON o.person = +p.person
    WHERE :p_after < :p_upto)
SELECT NULL AS person, profile, count(*), NULL
FROM each
GROUP BY profile
UNION ALL
SELECT NULL, NULL, sum(instr(profile, '-') > 0), NULL
FROM each
UNION ALL
SELECT person, NULL, sum(before), sum(after)
FROM told
WHERE is_often
GROUP BY person
UNION ALL
SELECT *
FROM (
    SELECT person, NULL, before, after
    FROM told
    WHERE NOT is_often
      AND after > 0
    ORDER BY after DESC, person
    LIMIT 10)
