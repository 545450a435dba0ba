INSERT INTO mentorflow_plan
    (id, workflow, changes, by, reason, begun_at, listed, rules, status, done)
VALUES
    (:id::text, :workflow::text, :changes::jsonb, :by::text, :reason::text, :begun_at::timestamptz,
     :listed::int, :rules::jsonb, 'applying', 0)
