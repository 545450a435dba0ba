INSERT INTO mentorflow_plan
    (id, workflow, changes, by, reason, begun_at, listed, status, done)
VALUES
    (:id, :workflow, :changes, :by, :reason, :begun_at, :listed, 'applying', 0)
