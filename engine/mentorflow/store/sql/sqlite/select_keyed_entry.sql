-- Asked after the lock: what a known key was first used for.
SELECT revision, digest, event
FROM mentorflow_history
WHERE mentorship_id = :mentorship_id
  AND key = :key
