INSERT OR REPLACE INTO mentorflow_worker
    (id, host, pid, part, duties, version, started_at, seen_at)
VALUES
    (:id, :host, :pid, :part, :duties, :version, :started_at, :seen_at)
