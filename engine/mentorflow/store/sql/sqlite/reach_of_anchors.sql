-- From when to when the anchors lie that pending timers count from.
SELECT m.version, m.program, t.name, min(t.anchor_at), max(t.anchor_at)
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
WHERE m.workflow = :workflow
GROUP BY m.version, m.program, t.name
