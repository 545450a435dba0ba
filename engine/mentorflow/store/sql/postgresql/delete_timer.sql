DELETE FROM mentorflow_timer AS t
USING unnest(:mentorship_id::uuid[], :name::text[], :instance::text[])
    AS gone (mentorship_id, name, instance)
WHERE t.mentorship_id = gone.mentorship_id
  AND t.name = gone.name
  AND t.instance = gone.instance
