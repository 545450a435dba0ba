INSERT INTO mentorflow_timing_change
    (revision, position, at, by, reason, workflow, timing, scope, subject, from_value, to_value,
     plan)
VALUES
    (:revision, :position, :at, :by, :reason, :workflow, :timing, :scope, :subject, :from_value,
     :to_value, :plan)
