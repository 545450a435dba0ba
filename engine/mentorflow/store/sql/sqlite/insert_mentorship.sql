INSERT INTO mentorflow_mentorship
    (id, key, program, workflow, version, state, outcome, revision, open_escalations,
     entered_at, created_at, updated_at, parties, facts, stack)
VALUES
    (:id, :key, :program, :workflow, :version, :state, :outcome, :revision, :open_escalations,
     :entered_at, :created_at, :updated_at, :parties, :facts, :stack)
