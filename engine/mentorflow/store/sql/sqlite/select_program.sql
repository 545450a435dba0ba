SELECT id, calendar, frozen_at, frozen_by, frozen_because, changed_at, revision
FROM mentorflow_program
WHERE id = :id
