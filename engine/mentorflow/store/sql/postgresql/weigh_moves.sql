-- What the mentorships of a range come to: how many timers are alike in all that is told of them, and
-- how many are due in a minute, with the plan; how many mentorships move; and the messages by the
-- horizon, before and after, of people who are often met, and of the ten others with most. The
-- messages a timer leads to have ten bits for each of at most six roles. Whatever is worked out for
-- each timer is worked out once (OFFSET 0), and from what is known before (the minute, the horizon).
\i following
, bound AS (
    SELECT :until::timestamptz AS until, :now::int AS now, :last::int AS last),
goes AS (
    SELECT f.mentorship_id, f.number, f.messages, x.moves, f.due_at,
           CASE WHEN NOT x.moves THEN f.due_at WHEN f.due_at IS NOT NULL THEN f.leads_to END
               AS then_at
    FROM following AS f
    CROSS JOIN LATERAL (
        SELECT coalesce(f.moves, false) AS moves) AS x
    WHERE f.number IS NOT NULL
    OFFSET 0),
placed AS (
    SELECT *, date_bin('1 minute', due_at, '2000-01-01 00:00+00') AS from_minute,
           date_bin('1 minute', then_at, '2000-01-01 00:00+00') AS to_minute
    FROM goes),
-- Both in one reading: a row is of a mentorship, or of timers that are due in the same minutes.
counted AS (
    SELECT mentorship_id, number, moves, from_minute, to_minute, count(*) AS many,
           bool_or(moves) AS some_move,
           coalesce(sum(messages) FILTER (WHERE due_at <= (SELECT until FROM bound)), 0)::bigint
               AS before,
           coalesce(sum(messages) FILTER (WHERE then_at <= (SELECT until FROM bound)), 0)::bigint
               AS after
    FROM placed
    GROUP BY GROUPING SETS (
        (mentorship_id),
        (number, moves, from_minute, to_minute))),
in_minutes AS (
    SELECT number, moves, many, (date_part('epoch', from_minute) / 60)::int - 15778080 AS since,
           (date_part('epoch', to_minute) / 60)::int - 15778080 AS upto
    FROM counted
    WHERE number IS NOT NULL),
looked_at AS (
    SELECT c.number, c.moves, c.since IS NULL AS stands_still,
           CASE WHEN c.upto > c.since THEN 1 WHEN c.upto < c.since THEN -1 ELSE 0 END AS later,
           coalesce((c.upto - c.since) / 1440, 0) AS days,
           coalesce(c.upto <= b.now, false) AS overdue,
           CASE WHEN c.since <= b.last THEN greatest(c.since, b.now) / 1440 END AS day_before,
           CASE WHEN c.upto <= b.last THEN greatest(c.upto, b.now) / 1440 END AS day_after,
           sum(c.many)::bigint AS many
    FROM in_minutes AS c
    CROSS JOIN bound AS b
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
minutes AS (
    SELECT c.upto AS minute, sum(c.many)::bigint AS many
    FROM in_minutes AS c
    CROSS JOIN bound AS b
    WHERE c.upto > b.now
      AND c.upto <= b.last
    GROUP BY c.upto),
roles AS (
    SELECT n.role, n.place
    FROM json_to_recordset(:roles::json) AS n (role text, place int)),
often AS (
    SELECT n.person
    FROM json_array_elements_text(:often::json) AS n (person)),
here AS (
    SELECT :p_after::uuid AS after, :p_upto::uuid AS upto),
-- How much the most is that a mentorship tells anybody in a role, and in which.
most AS (
    SELECT max(after & 1023) AS m0, max(after >> 10 & 1023) AS m1, max(after >> 20 & 1023) AS m2,
           max(after >> 30 & 1023) AS m3, max(after >> 40 & 1023) AS m4, max(after >> 50 & 1023) AS m5
    FROM counted
    WHERE mentorship_id IS NOT NULL),
told_most AS (
    SELECT r.role, r.place, greatest(m0, m1, m2, m3, m4, m5) AS after
    FROM roles AS r
    CROSS JOIN most
    WHERE greatest(m0, m1, m2, m3, m4, m5) > 0
      AND (ARRAY[m0, m1, m2, m3, m4, m5])[r.place / 10 + 1] = greatest(m0, m1, m2, m3, m4, m5)),
most_told AS (
    SELECT p.person, c.before >> r.place & 1023 AS before, r.after
    FROM mentorflow_party AS p
    JOIN told_most AS r ON r.role = p.role
    JOIN counted AS c ON c.mentorship_id = p.mentorship_id
    WHERE p.person NOT IN (SELECT person FROM often)
      AND p.mentorship_id > (SELECT after FROM here)
      AND p.mentorship_id <= (SELECT upto FROM here)
      AND c.after >> r.place & 1023 = r.after
    ORDER BY p.person COLLATE "C"
    LIMIT 10)
SELECT NULL AS person,
       json_build_array(
           number, moves, stands_still, later, days, overdue, day_before, day_after)::text,
       many, NULL::bigint
FROM looked_at
UNION ALL
SELECT NULL, NULL, many, minute
FROM minutes
UNION ALL
SELECT NULL, NULL, count(*), NULL
FROM counted
WHERE mentorship_id IS NOT NULL
  AND some_move
UNION ALL
-- By the index, for they are few.
SELECT p.person, NULL, sum((c.before >> r.place & 1023)::int),
       sum((c.after >> r.place & 1023)::int)
FROM mentorflow_party AS p
JOIN counted AS c ON c.mentorship_id = p.mentorship_id
JOIN roles AS r ON r.role = p.role
WHERE p.person = ANY(ARRAY(SELECT person FROM often))
  AND p.mentorship_id > (SELECT after FROM here)
  AND p.mentorship_id <= (SELECT upto FROM here)
GROUP BY p.person
UNION ALL
SELECT person, NULL, before, after
FROM most_told
UNION ALL
-- The others are looked at only where these are not enough.
(SELECT p.person, NULL, c.before >> r.place & 1023, c.after >> r.place & 1023 AS after
 FROM mentorflow_party AS p
 JOIN counted AS c ON c.mentorship_id = p.mentorship_id
 JOIN roles AS r ON r.role = p.role
 WHERE (SELECT count(*) FROM most_told) < 10
   AND p.person NOT IN (SELECT person FROM often)
   AND p.mentorship_id > (SELECT after FROM here)
   AND p.mentorship_id <= (SELECT upto FROM here)
   AND c.after >> r.place & 1023 > 0
   AND c.after >> r.place & 1023 < (SELECT max(after) FROM told_most)
 ORDER BY after DESC, p.person COLLATE "C"
 LIMIT 10)
