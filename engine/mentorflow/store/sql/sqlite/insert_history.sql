INSERT INTO mentorflow_history
    (mentorship_id, revision, at, event, from_state, to_state, by, key, digest, data, cause)
VALUES
    (:mentorship_id, :revision, :at, :event, :from_state, :to_state, :by, :key, :digest, :data,
     :cause)
