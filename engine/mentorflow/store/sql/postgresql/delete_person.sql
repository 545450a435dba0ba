DELETE FROM mentorflow_person AS p
USING unnest(:id::text[]) AS n (id)
WHERE p.id = n.id
