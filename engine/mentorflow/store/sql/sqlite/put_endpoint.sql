INSERT INTO mentorflow_endpoint
    (id, url, description, types, programs, form, ordering, per_minute, headers, secrets, contact,
     status, why, created_at, changed_at, changed_by, revision)
VALUES
    (:id, :url, :description, :types, :programs, :form, :ordering, :per_minute, :headers, :secrets,
     :contact, :status, :why, :created_at, :changed_at, :changed_by, :revision)
ON CONFLICT (id) DO UPDATE
SET secrets = excluded.secrets,
    headers = excluded.headers,
    status = excluded.status,
    why = excluded.why,
    changed_at = excluded.changed_at,
    changed_by = excluded.changed_by,
    revision = excluded.revision
