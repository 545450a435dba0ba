-- In the order of commits, which is that of places where one writes at a time.
SELECT written_in, place, id, type, mentorship_id, sequence, program, at, body
FROM mentorflow_notice
WHERE (written_in, place) > (:written_in, :place)
  AND sequence > 0
ORDER BY written_in, place
LIMIT :most
