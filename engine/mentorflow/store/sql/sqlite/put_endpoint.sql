INSERT INTO mentorflow_endpoint
    (id, url, description, types, programs, form, ordering, per_minute, schedule, headers, secrets, contact,
     status, why, created_at, changed_at, changed_by, revision)
VALUES
    (:id, :url, :description, :types, :programs, :form, :ordering, :per_minute, :schedule, :headers, :secrets,
     :contact, :status, :why, :created_at, :changed_at, :changed_by, :revision)
ON CONFLICT (id) DO UPDATE
SET url = excluded.url,
    description = excluded.description,
    types = excluded.types,
    programs = excluded.programs,
    form = excluded.form,
    ordering = excluded.ordering,
    per_minute = excluded.per_minute,
    schedule = excluded.schedule,
    headers = excluded.headers,
    secrets = excluded.secrets,
    contact = excluded.contact,
    status = excluded.status,
    why = excluded.why,
    changed_at = excluded.changed_at,
    changed_by = excluded.changed_by,
    revision = excluded.revision
