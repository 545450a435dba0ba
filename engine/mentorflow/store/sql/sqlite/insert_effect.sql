INSERT INTO mentorflow_effect
    (mentorship_id, revision, position, kind, name, role, recipient, data, available_at,
     status, attempts)
VALUES
    (:mentorship_id, :revision, :position, :kind, :name, :role, :recipient, :data, :available_at,
     'pending', 0)
