-- Only one that is still set aside: it may have been set anew meanwhile.
UPDATE mentorflow_timer AS t
SET due_at = n.due_at,
    remaining = NULL,
    put_off_by = 'resume'
FROM unnest(:due_at::timestamptz[], :mentorship_id::uuid[], :name::text[], :instance::text[])
    AS n (due_at, mentorship_id, name, instance)
WHERE t.mentorship_id = n.mentorship_id
  AND t.name = n.name
  AND t.instance = n.instance
  AND t.remaining < 0
