INSERT INTO mentorflow_plan
    (id, workflow, changes, by, reason, begun_at, listed, rules, status, done)
VALUES
    (:id, :workflow, :changes, :by, :reason, :begun_at, :listed, :rules, 'applying', 0)
