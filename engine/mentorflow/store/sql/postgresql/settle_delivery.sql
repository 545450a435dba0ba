-- Only one that is still pending: it may have been cancelled while it was under way. Asked for its
-- end and not its status, so that it is found by its key: by statistics hardly anything is pending,
-- and the indexes of what is would be walked for every row.
UPDATE mentorflow_delivery AS d
SET lease = NULL,
    status = n.status,
    available_at = n.available_at,
    ended_at = n.ended_at,
    error = n.error
FROM unnest(
    :status::text[], :available_at::timestamptz[], :ended_at::timestamptz[], :error::text[],
    :endpoint::text[], :notice::text[])
    AS n (status, available_at, ended_at, error, endpoint, notice)
WHERE d.endpoint = n.endpoint
  AND d.notice = n.notice
  AND d.ended_at IS NULL
