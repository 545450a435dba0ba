-- Those decided longest ago, whatever still waits left alone.
DELETE FROM mentorflow_message
WHERE (mentorship_id, revision, position) IN (
    SELECT mentorship_id, revision, position
    FROM mentorflow_message
    WHERE decided_at < :before
      AND status IN ('sent', 'dropped')
    ORDER BY decided_at
    LIMIT :most)
RETURNING 1
