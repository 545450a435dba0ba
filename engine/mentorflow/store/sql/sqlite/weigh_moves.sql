-- What all mentorships come to: how many have the same timers in the same minutes, before and
-- after, and the ten persons who would be written to most by the horizon. A timer is one number:
-- its own and whether it moves, the minute it is due in (none where it stands still), the minute it
-- moves to (none where it does not); minutes count from 2000. The messages a timer leads to have ten bits for each role.
\i following
, placed AS NOT MATERIALIZED (
    SELECT mentorship_id, number, messages, due_at,
           coalesce(moves, 0) AS moves,
           CAST(julianday(substr(due_at, 1, 16)) * 1440 + 0.5 AS integer) - 3530224080 AS from_minute,
           CAST(julianday(substr(coalesce(leads_to, iif(due_at IS NULL, NULL, anchor_at)), 1, 19)) * 1440
                + coalesce(seconds / 60, 0) + 0.001 AS integer) - 3530224080 AS to_minute
    FROM following
    WHERE number IS NOT NULL),
bound AS MATERIALIZED (
    SELECT until, CAST(julianday(substr(until, 1, 16)) * 1440 + 0.5 AS integer) - 3530224080 AS last
    FROM (SELECT :until AS until)),
each AS MATERIALIZED (
    SELECT mentorship_id,
           group_concat(
               (number * 2 + moves << 50) | (coalesce(from_minute, 0) << 25)
               | coalesce(iif(moves, to_minute, NULL), 0)) AS profile,
           sum(iif(due_at <= until, messages, 0)) AS messages_before,
           sum(iif(iif(moves, to_minute <= last, due_at <= until), messages, 0)) AS messages_after
    FROM placed
    CROSS JOIN bound
    GROUP BY mentorship_id),
roles AS MATERIALIZED (
    SELECT json_extract(n.value, '$.role') AS role, json_extract(n.value, '$.place') AS place
    FROM json_each(:roles) AS n)
SELECT NULL AS person, profile, count(*), NULL
FROM each
GROUP BY profile
UNION ALL
SELECT *
FROM (
    SELECT p.person, NULL, sum(e.messages_before >> r.place & 1023),
           sum(e.messages_after >> r.place & 1023) AS after
    FROM mentorflow_party AS p
    JOIN each AS e ON e.mentorship_id = p.mentorship_id
    JOIN roles AS r ON r.role = +p.role
    GROUP BY p.person
    HAVING sum(e.messages_after >> r.place & 1023) > 0
    ORDER BY after DESC, p.person
    LIMIT 10)
