DELETE FROM mentorflow_worker
WHERE id = :id
