INSERT INTO mentorflow_party (person, mentorship_id, role)
VALUES (:person, :mentorship_id, :role)
