INSERT INTO mentorflow_calendar_rule
    (workflow, kind, name, source, years, recorded_at)
VALUES
    (:workflow, :kind, :name, :source, :years, :recorded_at)
