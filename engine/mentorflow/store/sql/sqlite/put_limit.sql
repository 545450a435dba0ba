-- Room that was given away by the limit of before is no more.
INSERT OR REPLACE INTO mentorflow_limit (workflow, timing, per_minute, jitter, revision)
VALUES (:workflow, :timing, :per_minute, :jitter, :revision)
