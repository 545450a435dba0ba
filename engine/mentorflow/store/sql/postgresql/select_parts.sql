-- What goes out in the letters of others, in the order in which it was decided.
SELECT mentorship_id::text, revision, position, person, kind, name, role, data::text, status, why,
       goes_out_at, counted_at, letter, channel, decided_at, changed_at
FROM mentorflow_message
WHERE letter = ANY (:letters::text[])
ORDER BY decided_at, mentorship_id, revision, position
