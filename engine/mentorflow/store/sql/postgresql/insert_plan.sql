INSERT INTO mentorflow_plan
    (id, workflow, changes, by, reason, begun_at, listed, status, done)
VALUES
    (:id::text, :workflow::text, :changes::jsonb, :by::text, :reason::text, :begun_at::timestamptz,
     :listed::int, 'applying', 0)
