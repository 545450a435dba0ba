-- The last of the mentorships that come next in a plan.
SELECT max(mentorship_id)
FROM (
    SELECT mentorship_id
    FROM mentorflow_plan_timer
    WHERE plan = :plan
      AND mentorship_id > :after
    ORDER BY mentorship_id
    LIMIT :most) AS n
