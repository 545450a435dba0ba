-- Asked after the locks: what known keys were first used for, a whole batch at once.
SELECT h.mentorship_id::text, h.key, h.revision, h.digest, h.event
FROM unnest(:mentorship_id::uuid[], :key::text[]) AS n (mentorship_id, key)
JOIN mentorflow_history AS h ON h.mentorship_id = n.mentorship_id AND h.key = n.key
