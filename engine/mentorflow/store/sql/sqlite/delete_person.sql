DELETE FROM mentorflow_person WHERE id = :id
