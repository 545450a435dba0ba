-- What all mentorships come to: how many have the same timers in the same minutes, before and
-- after, and the ten persons who would be written to most by the horizon. A timer is one number:
-- its own and whether it moves, the minute it is due in (none where it stands still), the minute it
-- moves to (none where it does not); minutes count from 2000. The messages a timer leads to have ten bits for each role.
\i following
, bound AS (SELECT :until::timestamptz AS until),
placed AS (
    SELECT f.mentorship_id, f.number, f.messages, f.due_at, x.moves, x.leads_to,
           floor(date_part('epoch', f.due_at) / 60)::bigint - 15778080 AS from_minute,
           floor(date_part('epoch', x.leads_to) / 60)::bigint - 15778080 AS to_minute
    FROM following AS f
    CROSS JOIN LATERAL (
        SELECT f.moves,
               CASE WHEN f.moves AND f.due_at IS NOT NULL THEN f.leads_to END AS leads_to) AS x
    OFFSET 0),
each AS MATERIALIZED (
    SELECT mentorship_id,
           array_agg(
               ((number * 2 + coalesce(moves::int, 0))::bigint << 50)
               | (coalesce(from_minute, 0) << 25) | coalesce(to_minute, 0)) AS profile,
           sum(messages) FILTER (WHERE due_at <= until)::bigint AS messages_before,
           sum(messages) FILTER (WHERE coalesce(leads_to, due_at) <= until)::bigint
               AS messages_after
    FROM placed
    CROSS JOIN bound
    GROUP BY mentorship_id),
roles AS (
    SELECT n.role, n.place
    FROM json_to_recordset(:roles::json) AS n (role text, place int)),
worst AS (
    SELECT p.person, sum((e.messages_before >> r.place & 1023)::int) AS before,
           sum((e.messages_after >> r.place & 1023)::int) AS after
    FROM mentorflow_party AS p
    JOIN each AS e ON e.mentorship_id = p.mentorship_id
    LEFT JOIN roles AS r ON r.role = p.role
    GROUP BY p.person
    ORDER BY after DESC NULLS LAST, p.person
    LIMIT 10)
SELECT NULL AS person, array_to_string(profile, ','), count(*), NULL
FROM each
GROUP BY profile
UNION ALL
SELECT person, NULL, coalesce(before, 0), after
FROM worst
WHERE after > 0
