INSERT INTO mentorflow_party (person, mentorship_id, role)
SELECT *
FROM unnest(:person::text[], :mentorship_id::uuid[], :role::text[]) AS n
