-- To whoever listens, that the outbox has something to carry out. In a transaction of its own: a
-- notification makes commits wait for each other, which must not happen to those of events.
SELECT pg_notify('mentorflow_effects', '')
