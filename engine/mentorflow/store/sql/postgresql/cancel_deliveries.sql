-- Also what is under way: its answer is settled only where it is pending.
UPDATE mentorflow_delivery
SET status = 'cancelled',
    lease = NULL,
    ended_at = :now::timestamptz,
    error = :error
WHERE endpoint = :endpoint
  AND status = 'pending'
