-- When something is to be done next: the first timer or the first effect.
SELECT LEAST(
    (SELECT min(due_at) FROM mentorflow_timer WHERE due_at IS NOT NULL),
    (SELECT min(available_at) FROM mentorflow_effect WHERE status = 'pending'))
