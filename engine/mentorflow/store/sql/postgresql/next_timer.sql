-- When the next timer is due, and what time it is: all that a look at an idle database costs.
-- The minimum is the first entry of the claim's own index.
SELECT min(due_at), clock_timestamp()
FROM mentorflow_timer
WHERE due_at IS NOT NULL
