SELECT sum(to_due_at IS NOT from_due_at OR to_remaining IS NOT from_remaining),
       sum(to_due_at < from_due_at),
       sum(to_due_at > from_due_at),
       sum(from_due_at IS NULL),
       sum(to_due_at <= :now),
       count(*), count(DISTINCT mentorship_id)
FROM mentorflow_move
