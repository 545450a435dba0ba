-- Those a plan would make due at once, in the order in which they would have been due.
SELECT t.mentorship_id::text, t.name, t.instance, coalesce(l.to_anchor_at, t.anchor_at), m.program, h.time_zone,
       h.quiet_since, h.quiet_until
FROM (
    SELECT n ->> 0 AS name, n ->> 1 AS role
    FROM json_array_elements(:roles::json) AS n) AS r
RIGHT JOIN mentorflow_plan_timer AS l ON l.name = r.name
JOIN mentorflow_timer AS t
    ON t.mentorship_id = l.mentorship_id AND t.name = l.name AND t.instance = l.instance
JOIN mentorflow_mentorship AS m ON m.id = l.mentorship_id
LEFT JOIN mentorflow_person AS h ON h.id = m.parties -> r.role ->> 0
WHERE l.plan = :plan
  AND l.to_due_at <= :now::timestamptz
ORDER BY l.to_due_at, l.mentorship_id, l.name, l.instance
