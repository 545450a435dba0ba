SELECT m.mentorship_id::text, m.revision, m.position, m.person, m.kind, m.name, m.role,
       m.data::text, m.status, m.why, m.goes_out_at, m.counted_at, m.letter, m.channel,
       m.decided_at, m.changed_at
FROM unnest(:mentorship_id::uuid[], :revision::int[], :position::int[])
    AS n (mentorship_id, revision, position)
JOIN mentorflow_message AS m
  ON m.mentorship_id = n.mentorship_id
 AND m.revision = n.revision
 AND m.position = n.position
