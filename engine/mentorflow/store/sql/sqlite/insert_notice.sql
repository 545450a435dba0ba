INSERT INTO mentorflow_notice
    (id, type, mentorship_id, sequence, position, program, at, body, written_in)
VALUES (:id, :type, :mentorship_id, :sequence, :position, :program, :at, :body, 0)
