-- A process that is started again in the place of another takes its row.
INSERT INTO mentorflow_worker
    (id, host, pid, part, duties, version, started_at, seen_at)
VALUES
    (:id, :host, :pid, :part, :duties, :version, :started_at, :seen_at)
ON CONFLICT (id) DO UPDATE
SET host = excluded.host,
    pid = excluded.pid,
    part = excluded.part,
    duties = excluded.duties,
    version = excluded.version,
    started_at = excluded.started_at,
    seen_at = excluded.seen_at
