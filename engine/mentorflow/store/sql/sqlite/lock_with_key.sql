-- BEGIN IMMEDIATE holds the one write lock, so a plain read is a locking read here; with it, what a
-- known key was first used for. By its index, whatever statistics a host has had gathered: else the
-- whole history of the mentorship might be read.
SELECT m.id, m.key, m.program, m.workflow, m.version, m.state, m.outcome, m.revision,
       m.open_escalations, m.entered_at, m.created_at, m.updated_at, m.parties, m.facts, m.stack,
       (SELECT revision FROM mentorflow_revision), h.revision, h.digest, h.event
FROM mentorflow_mentorship AS m
LEFT JOIN mentorflow_history AS h INDEXED BY mentorflow_history_by_key
    ON h.mentorship_id = m.id AND h.key = :key
WHERE m.id = :id
