DELETE FROM mentorflow_party AS p
USING unnest(:mentorship_id::uuid[]) AS n (mentorship_id)
WHERE p.mentorship_id = n.mentorship_id
