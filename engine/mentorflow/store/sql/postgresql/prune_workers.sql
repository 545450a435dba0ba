DELETE FROM mentorflow_worker
WHERE seen_at < :before
