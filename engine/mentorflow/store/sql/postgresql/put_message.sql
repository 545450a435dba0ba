INSERT INTO mentorflow_message
    (mentorship_id, revision, position, person, kind, name, role, data, status, why, goes_out_at,
     counted_at, letter, channel, decided_at, changed_at)
SELECT n.mentorship_id, n.revision, n.position, n.person, n.kind, n.name, n.role, n.data::jsonb,
       n.status, n.why, n.goes_out_at, n.counted_at, n.letter, n.channel, n.decided_at,
       n.changed_at
FROM unnest(
    :mentorship_id::uuid[], :revision::int[], :position::int[], :person::text[], :kind::text[],
    :name::text[], :role::text[], :data::text[], :status::text[], :why::text[],
    :goes_out_at::timestamptz[], :counted_at::timestamptz[], :letter::text[], :channel::text[],
    :decided_at::timestamptz[], :changed_at::timestamptz[])
    AS n (mentorship_id, revision, position, person, kind, name, role, data, status, why,
          goes_out_at, counted_at, letter, channel, decided_at, changed_at)
ON CONFLICT (mentorship_id, revision, position) DO UPDATE
SET status = excluded.status,
    why = excluded.why,
    goes_out_at = excluded.goes_out_at,
    counted_at = excluded.counted_at,
    letter = excluded.letter,
    channel = excluded.channel,
    changed_at = excluded.changed_at
