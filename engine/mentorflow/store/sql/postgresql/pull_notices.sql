-- In the order of commits. What a transaction wrote that is open still is left for the next time,
-- and so is all after it: nothing ever appears behind a cursor.
SELECT n.written_in, n.place, n.id, n.type, n.mentorship_id::text, n.sequence, n.program, n.at,
       coalesce(f.body, n.body)
FROM mentorflow_notice AS n
LEFT JOIN mentorflow_notice_form AS f ON f.notice = n.id AND f.form = :form
WHERE (n.written_in, n.place) > (:written_in::bigint, :place::bigint)
  AND n.written_in < :upto
  AND n.sequence > 0
ORDER BY n.written_in, n.place
LIMIT :most
