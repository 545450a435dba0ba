-- Whoever starts mentorships holds it, and an operator's change waits for them: what is started
-- with the values of before is there when the change looks for the timers that follow them.
SELECT pg_advisory_xact_lock_shared(hashtext('mentorflow_revision'))
