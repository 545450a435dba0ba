SELECT count(*) FILTER (WHERE to_due_at IS DISTINCT FROM from_due_at
                          OR to_remaining IS DISTINCT FROM from_remaining),
       count(*) FILTER (WHERE to_due_at < from_due_at),
       count(*) FILTER (WHERE to_due_at > from_due_at),
       count(*) FILTER (WHERE from_due_at IS NULL),
       count(*) FILTER (WHERE to_due_at <= :now),
       count(*), count(DISTINCT mentorship_id)
FROM mentorflow_move
