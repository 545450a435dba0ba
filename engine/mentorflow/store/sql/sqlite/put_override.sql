INSERT INTO mentorflow_override (workflow, timing, scope, subject, value, revision)
VALUES (:workflow, :timing, :scope, :subject, :value, :revision)
ON CONFLICT (workflow, timing, scope, subject) DO UPDATE
SET value = excluded.value,
    revision = excluded.revision
