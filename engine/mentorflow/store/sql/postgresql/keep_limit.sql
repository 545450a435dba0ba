UPDATE mentorflow_limit AS l
SET free_at = n.free_at
FROM unnest(:free_at::timestamptz[], :workflow::text[], :timing::text[])
    AS n (free_at, workflow, timing)
WHERE l.workflow = n.workflow
  AND l.timing = n.timing
