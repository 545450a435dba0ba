-- When the next timer is due: the first entry of the claim's own index.
SELECT min(due_at)
FROM mentorflow_timer
WHERE due_at IS NOT NULL
