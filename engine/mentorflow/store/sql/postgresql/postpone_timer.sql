-- A timer that is due is put off: by a limit, or since it could not be decided.
UPDATE mentorflow_timer AS t
SET due_at = n.due_at,
    put_off_by = n.put_off_by
FROM unnest(:due_at::timestamptz[], :put_off_by::text[], :mentorship_id::uuid[], :name::text[],
            :instance::text[]) AS n (due_at, put_off_by, mentorship_id, name, instance)
WHERE t.mentorship_id = n.mentorship_id
  AND t.name = n.name
  AND t.instance = n.instance
