SELECT written_in, place
FROM mentorflow_notice
ORDER BY written_in DESC, place DESC
LIMIT 1
