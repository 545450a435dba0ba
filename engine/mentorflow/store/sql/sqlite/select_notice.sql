SELECT place, id, type, mentorship_id, sequence, position, program, at, body
FROM mentorflow_notice
WHERE id = :id
