-- What the mentorships of a range come to: how many timers of one number are due in the same
-- minute, and move to the same other one; how many mentorships move; and the messages by the
-- horizon, before and after, of people who are often met, and of the ten others with most. A timer
-- is its number and the minute it is due in (nothing where it stands still); where it moves, with a
-- minus before it, the seconds behind it after which it is due, and last the instant that these
-- count from. The messages a timer leads to have ten bits for each role. The minutes from which and
-- up to which it is looked ahead are looked at where these texts are taken apart.
\i following
, bound AS MATERIALIZED (
    SELECT :until AS until, :now AS now, :last AS last),
each AS MATERIALIZED (
    SELECT mentorship_id,
           group_concat(
               CASE
                   WHEN moves
                   THEN goes || coalesce(substr(due_at, 1, 16) || substr(goes_from, 1, width), '')
                   ELSE stays || coalesce(substr(due_at, 1, 16), '')
               END) AS profile,
           sum(CASE WHEN due_at <= (SELECT until FROM bound) THEN messages ELSE 0 END)
               AS messages_before,
           sum(CASE
               WHEN CASE
                   WHEN moves THEN due_at IS NOT NULL AND goes_from <= latest
                   ELSE due_at <= (SELECT until FROM bound)
               END
               THEN messages
               ELSE 0
           END) AS messages_after
    FROM following
    WHERE number IS NOT NULL
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
SELECT NULL, NULL, sum(instr(profile, '-') = 1 OR instr(profile, ',-') > 0), NULL
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
