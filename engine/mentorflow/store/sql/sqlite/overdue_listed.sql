-- Those a plan would make due at once, in the order in which they would have been due.
SELECT t.mentorship_id, t.name, t.instance, coalesce(l.to_anchor_at, t.anchor_at), m.program, h.time_zone, h.quiet_since,
       h.quiet_until
FROM mentorflow_plan_timer AS l
JOIN mentorflow_timer AS t
    ON t.mentorship_id = l.mentorship_id AND t.name = l.name AND t.instance = l.instance
JOIN mentorflow_mentorship AS m ON m.id = l.mentorship_id
LEFT JOIN json_each(:roles) AS n ON json_extract(n.value, '$[0]') = +l.name
LEFT JOIN mentorflow_person AS h
    ON h.id = json_extract(m.parties, '$.' || json_extract(n.value, '$[1]') || '[0]')
WHERE l.plan = :plan
  AND l.to_due_at <= :now
ORDER BY l.to_due_at, l.mentorship_id, l.name, l.instance
