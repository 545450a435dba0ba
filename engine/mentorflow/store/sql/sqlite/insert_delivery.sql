INSERT INTO mentorflow_delivery
    (endpoint, notice, mentorship_id, sequence, position, cause, available_at, created_at, status,
     attempts, base)
VALUES
    (:endpoint, :notice, :mentorship_id, :sequence, :position, :cause, :available_at, :created_at,
     'pending', 0, 0)
