UPDATE mentorflow_limit
SET free_at = :free_at
WHERE workflow = :workflow
  AND timing = :timing
