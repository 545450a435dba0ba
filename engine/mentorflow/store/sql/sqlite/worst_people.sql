-- Whom the plan would write to most by an instant, and how often they are written to without it.
WITH roles AS (
    SELECT json_extract(n.value, '$[0]') AS name, json_extract(n.value, '$[1]') AS role,
           json_extract(n.value, '$[2]') AS messages
    FROM json_each(:roles) AS n),
due AS (
    SELECT mentorship_id, name, 1 AS stands, 1 AS comes
    FROM mentorflow_timer
    WHERE due_at <= :stands_until
    UNION ALL
    SELECT mentorship_id, name, 0, -1
    FROM mentorflow_move
    WHERE from_due_at <= :leaves_until
    UNION ALL
    SELECT mentorship_id, name, 0, 1
    FROM mentorflow_move
    WHERE to_due_at <= :comes_until)
SELECT p.person, sum(r.messages * due.stands), sum(r.messages * due.comes) AS after
FROM due
JOIN roles AS r ON r.name = due.name
JOIN mentorflow_party AS p ON p.mentorship_id = due.mentorship_id AND p.role = r.role
GROUP BY p.person
HAVING sum(r.messages * due.comes) > 0
ORDER BY after DESC, p.person
LIMIT 10
