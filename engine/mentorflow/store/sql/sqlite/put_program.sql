INSERT OR REPLACE INTO mentorflow_program
    (id, calendar, frozen_at, frozen_by, frozen_because, changed_at, revision)
VALUES
    (:id, :calendar, :frozen_at, :frozen_by, :frozen_because, :changed_at, :revision)
