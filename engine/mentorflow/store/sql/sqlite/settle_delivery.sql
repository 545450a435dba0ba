-- Only one that is still pending: it may have been cancelled while it was under way.
UPDATE mentorflow_delivery
SET lease = NULL,
    status = :status,
    available_at = :available_at,
    ended_at = :ended_at,
    error = :error
WHERE endpoint = :endpoint
  AND notice = :notice
  AND status = 'pending'
