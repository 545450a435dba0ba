SELECT id, host, pid, part, duties, version, started_at, seen_at
FROM mentorflow_worker
ORDER BY host, part, id
