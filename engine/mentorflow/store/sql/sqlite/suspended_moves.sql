SELECT mentorship_id, name, instance, anchor_at, from_value, to_value, to_remaining, program
FROM mentorflow_move
WHERE to_remaining IS NOT NULL
