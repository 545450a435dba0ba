-- What was decided at the revisions that effects come from.
SELECT h.mentorship_id::text, h.revision, h.at, h.event, h.from_state, h.to_state, h.by,
       h.data::text, h.cause::text, h.key
FROM unnest(:mentorship_id::uuid[], :revision::int[]) AS n (mentorship_id, revision)
JOIN mentorflow_history AS h
  ON h.mentorship_id = n.mentorship_id
 AND h.revision = n.revision
