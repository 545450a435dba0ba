DELETE FROM mentorflow_party
WHERE mentorship_id = ANY(:mentorship_id::uuid[])
