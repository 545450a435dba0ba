-- What the mentorships of a range come to: how many timers are alike in all that is told of them, and
-- how many are due in a minute, with the plan; how many mentorships move; and the messages by the
-- horizon, before and after, of people who are often met, and of the ten others with most. The
-- messages a timer leads to have ten bits for each role.
\i following
, bound AS (
    SELECT :until::timestamptz AS until, :now::int AS now, :last::int AS last),
placed AS (
    SELECT f.mentorship_id, f.number, f.messages, x.moves, f.due_at, y.then_at,
           floor(date_part('epoch', f.due_at) / 60)::int - 15778080 AS since,
           floor(date_part('epoch', y.then_at) / 60)::int - 15778080 AS upto
    FROM following AS f
    CROSS JOIN LATERAL (
        SELECT coalesce(f.moves, false) AS moves) AS x
    CROSS JOIN LATERAL (
        SELECT CASE WHEN NOT x.moves THEN f.due_at WHEN f.due_at IS NOT NULL THEN f.leads_to END
               AS then_at) AS y
    WHERE f.number IS NOT NULL
    OFFSET 0),
looked_at AS (
    SELECT p.*, since IS NULL AS stands_still, coalesce(sign(upto - since), 0)::int AS later,
           coalesce((upto - since) / 1440, 0) AS days, coalesce(upto <= b.now, false) AS overdue,
           CASE WHEN since <= b.last THEN greatest(since / 1440, b.now / 1440) END AS day_before,
           CASE WHEN upto <= b.last THEN greatest(upto / 1440, b.now / 1440) END AS day_after,
           CASE WHEN upto > b.now AND upto <= b.last THEN upto END AS minute, b.until
    FROM placed AS p
    CROSS JOIN bound AS b),
-- All in one reading: a row is of a mentorship, of timers that are alike, or of a minute.
counted AS (
    SELECT mentorship_id, number, moves, stands_still, later, days, overdue, day_before, day_after,
           minute, count(*) AS many, bool_or(moves) AS some_move,
           coalesce(sum(messages) FILTER (WHERE due_at <= until), 0)::bigint AS before,
           coalesce(sum(messages) FILTER (WHERE then_at <= until), 0)::bigint AS after
    FROM looked_at
    GROUP BY GROUPING SETS (
        (mentorship_id),
        (number, moves, stands_still, later, days, overdue, day_before, day_after),
        (minute))),
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
       json_build_array(
           number, moves, stands_still, later, days, overdue, day_before, day_after)::text,
       many, NULL::bigint
FROM counted
WHERE number IS NOT NULL
UNION ALL
SELECT NULL, NULL, many, minute
FROM counted
WHERE minute IS NOT NULL
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
