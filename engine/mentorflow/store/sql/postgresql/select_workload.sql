-- How the work stands, for a glance every few seconds: each part walks one partial index, and none
-- counts further than its bound. Their order keeps the planner on the index: without it, a whole
-- table looks cheap to whoever expects to find a bounded number of rows soon.
WITH given AS (SELECT :now::timestamptz AS now, :most::int AS most)
SELECT
    (SELECT count(*) FROM (
        SELECT 1 FROM mentorflow_timer
        WHERE due_at <= (SELECT now FROM given)
        ORDER BY due_at LIMIT (SELECT most FROM given)) AS counted),
    (SELECT min(due_at) FROM mentorflow_timer WHERE due_at IS NOT NULL),
    (SELECT count(*) FROM (
        SELECT 1 FROM mentorflow_effect
        WHERE status = 'pending' AND available_at <= (SELECT now FROM given)
        ORDER BY available_at LIMIT (SELECT most FROM given)) AS counted),
    (SELECT count(*) FROM (
        SELECT 1 FROM mentorflow_effect
        WHERE status = 'pending' AND available_at > (SELECT now FROM given)
        ORDER BY available_at LIMIT (SELECT most FROM given)) AS counted),
    (SELECT min(available_at) FROM mentorflow_effect WHERE status = 'pending'),
    (SELECT count(*) FROM (
        SELECT lease FROM mentorflow_effect
        WHERE status = 'pending' AND available_at <= (SELECT now FROM given)
        ORDER BY available_at LIMIT 1000) AS first
     WHERE lease IS NOT NULL),
    (SELECT count(*) FROM (
        SELECT 1 FROM mentorflow_effect
        WHERE status = 'failed' LIMIT (SELECT most FROM given)) AS counted),
    (SELECT count(*) FROM (
        SELECT 1 FROM mentorflow_escalation
        WHERE status IN ('open', 'acknowledged', 'snoozed')
        LIMIT (SELECT most FROM given)) AS counted)
