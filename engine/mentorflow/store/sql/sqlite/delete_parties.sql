DELETE FROM mentorflow_party
WHERE mentorship_id = :mentorship_id
