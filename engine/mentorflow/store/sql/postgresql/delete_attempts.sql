DELETE FROM mentorflow_attempt AS a
USING unnest(:endpoint::text[], :notice::text[]) AS n (endpoint, notice)
WHERE a.endpoint = n.endpoint
  AND a.notice = n.notice
