-- What the mentorships of a range come to: how many timers of one number are due in the same
-- minute, and move to the same other one; how many mentorships move; and the messages by the
-- horizon, before and after, of people who are often met, and of the ten others with most. A timer
-- is its number and the minute it is due in (nothing where it stands still); where it moves, with a
-- minus before it, the seconds behind it after which it is due, and last the minute that these
-- count from. The messages a timer leads to have ten bits for each role.
\i following
, bound AS (
    SELECT :until::timestamptz AS until, interval '1 minute' AS minute,
           timestamptz '2000-01-01 00:00+00' AS start),
placed AS (
    SELECT f.mentorship_id, f.number, f.messages, f.due_at, x.moves,
           CASE WHEN x.moves AND f.due_at IS NOT NULL THEN f.leads_to END AS leads_to
    FROM following AS f
    CROSS JOIN LATERAL (
        SELECT coalesce(f.moves, false) AS moves) AS x
    WHERE f.number IS NOT NULL
    OFFSET 0),
-- Both in one reading: a row is of a mentorship, or of timers.
counted AS (
    SELECT mentorship_id, number, moves, date_bin(minute, due_at, start) AS from_minute,
           date_bin(minute, leads_to, start) AS to_minute, count(*) AS many,
           bool_or(moves) AS some_move,
           coalesce(sum(messages) FILTER (WHERE due_at <= until), 0)::bigint AS before,
           coalesce(sum(messages) FILTER (WHERE coalesce(leads_to, due_at) <= until), 0)::bigint
               AS after
    FROM placed
    CROSS JOIN bound
    GROUP BY GROUPING SETS (
        (mentorship_id),
        (number, moves, date_bin(minute, due_at, start), date_bin(minute, leads_to, start)))),
roles AS (
    SELECT n.role, n.place
    FROM json_to_recordset(:roles::json) AS n (role text, place int)),
often AS (
    SELECT n.person
    FROM json_array_elements_text(:often::json) AS n (person)),
told AS (
    SELECT p.person, p.person IN (SELECT person FROM often) AS is_often,
           (c.before >> r.place & 1023)::int AS before, (c.after >> r.place & 1023)::int AS after
    FROM mentorflow_party AS p
    JOIN counted AS c ON c.mentorship_id = p.mentorship_id
    JOIN roles AS r ON r.role = p.role
    WHERE p.mentorship_id > :p_after::uuid
      AND p.mentorship_id <= :p_upto::uuid)
SELECT NULL AS person,
       CASE WHEN moves THEN '-' || number || ' 0 ' ELSE number || ' ' END
       || coalesce(to_char(from_minute AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), '')
       || coalesce(to_char(to_minute AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), ''),
       many, NULL::bigint
FROM counted
WHERE mentorship_id IS NULL
UNION ALL
SELECT NULL, NULL, count(*), NULL
FROM counted
WHERE mentorship_id IS NOT NULL
  AND some_move
UNION ALL
SELECT person, NULL, sum(before), sum(after)
FROM told
WHERE is_often
GROUP BY person
UNION ALL
(SELECT person, NULL, before, after
 FROM told
 WHERE NOT is_often
   AND after > 0
 ORDER BY after DESC, person COLLATE "C"
 LIMIT 10)
