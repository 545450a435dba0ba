INSERT OR REPLACE INTO mentorflow_timer
    (mentorship_id, name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining)
VALUES
    (:mentorship_id, :name, :instance, :due_at, :timing, :value, :scope, :anchor, :anchor_at,
     :remaining)
