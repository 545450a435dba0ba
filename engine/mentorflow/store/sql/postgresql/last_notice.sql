SELECT written_in, place
FROM mentorflow_notice
WHERE written_in < :upto
ORDER BY written_in DESC, place DESC
LIMIT 1
