-- In the order of commits. What a transaction wrote that is open still is left for the next time,
-- and so is all after it: nothing ever appears behind a cursor.
SELECT written_in, place, id, type, mentorship_id::text, sequence, program, at, body
FROM mentorflow_notice
WHERE (written_in, place) > (:written_in::bigint, :place::bigint)
  AND written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  AND sequence > 0
ORDER BY written_in, place
LIMIT :most
