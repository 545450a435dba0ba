-- Attempts whose Courier died over them are attempts all the same, though nobody knows their end.
INSERT INTO mentorflow_attempt (endpoint, notice, number, at, cause, error, timings, why)
SELECT d.endpoint, d.notice, d.attempts, :at, d.cause, 'abandoned', '{}', :why
FROM mentorflow_delivery AS d
WHERE d.endpoint IN (SELECT value FROM json_each(:endpoints))
  AND d.status = 'pending'
  AND d.lease IS NOT NULL
