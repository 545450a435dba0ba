-- Of those that can be pulled: what transactions write that are open still comes after it.
\i settled
SELECT written_in, place
FROM mentorflow_notice
WHERE written_in < (SELECT upto FROM settled)
ORDER BY written_in DESC, place DESC
LIMIT 1
