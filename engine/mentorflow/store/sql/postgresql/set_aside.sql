-- A timer of a frozen program that came due: below nought stands when, to be taken up in that order.
UPDATE mentorflow_timer AS t
SET due_at = NULL,
    put_off_by = NULL,
    remaining = n.remaining
FROM unnest(:remaining::float8[], :mentorship_id::uuid[], :name::text[], :instance::text[])
    AS n (remaining, mentorship_id, name, instance)
WHERE t.mentorship_id = n.mentorship_id
  AND t.name = n.name
  AND t.instance = n.instance
