INSERT INTO mentorflow_message
    (mentorship_id, revision, position, person, kind, name, role, data, status, why, goes_out_at,
     counted_at, letter, channel, decided_at, changed_at)
VALUES (:mentorship_id, :revision, :position, :person, :kind, :name, :role, :data, :status, :why,
        :goes_out_at, :counted_at, :letter, :channel, :decided_at, :changed_at)
ON CONFLICT (mentorship_id, revision, position) DO UPDATE
SET status = excluded.status,
    why = excluded.why,
    goes_out_at = excluded.goes_out_at,
    counted_at = excluded.counted_at,
    letter = excluded.letter,
    channel = excluded.channel,
    changed_at = excluded.changed_at
