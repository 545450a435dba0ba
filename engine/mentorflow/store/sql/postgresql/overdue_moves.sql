SELECT m.mentorship_id::text, m.name, m.instance, m.anchor_at, m.program, h.time_zone, h.quiet_since, h.quiet_until
FROM mentorflow_move AS m
LEFT JOIN mentorflow_person AS h ON h.id = m.recipient
WHERE m.to_due_at <= :now
ORDER BY m.to_due_at, m.mentorship_id, m.name, m.instance
