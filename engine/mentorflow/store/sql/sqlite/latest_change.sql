-- What operators changed last, where they changed anything after a revision.
SELECT timing, scope, subject, by
FROM mentorflow_timing_change
WHERE revision > :revision
ORDER BY revision DESC, position DESC
LIMIT 1
