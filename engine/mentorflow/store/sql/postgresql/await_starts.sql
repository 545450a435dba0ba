-- Waits for those who start mentorships by the values of before, and keeps others from beginning.
SELECT pg_advisory_xact_lock(hashtext('mentorflow_revision'))
