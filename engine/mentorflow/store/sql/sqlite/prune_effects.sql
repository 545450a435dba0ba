-- Those done longest ago first.
DELETE FROM mentorflow_effect
WHERE (mentorship_id, revision, position) IN (
    SELECT mentorship_id, revision, position
    FROM mentorflow_effect
    WHERE status = 'done'
      AND done_at < :before
    ORDER BY done_at
    LIMIT :most)
RETURNING 1
