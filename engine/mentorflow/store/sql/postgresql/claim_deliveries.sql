-- Begins attempts at what is to be sent first to each of several endpoints. Where order is kept,
-- nothing passes what comes before it of the same mentorship.
WITH wanted AS (
    SELECT n.*
    FROM unnest(
        :lease::text[], :endpoint::text[], :now::timestamptz[], :is_strict::bool[], :most::int[],
        :form::text[])
        AS n (lease, endpoint, now, is_strict, most, form))
UPDATE mentorflow_delivery AS u
SET attempts = attempts + 1,
    lease = w.lease
FROM wanted AS w
-- By their place on disk, since no statistics know how many of an endpoint wait at a moment; one
-- that was cancelled meanwhile has ended.
WHERE u.ctid = ANY(ARRAY(
    SELECT f.ctid
    FROM wanted AS v
    CROSS JOIN LATERAL (
        SELECT d.ctid
        FROM mentorflow_delivery AS d
        WHERE d.endpoint = v.endpoint
          AND d.status = 'pending'
          AND d.lease IS NULL
          AND d.available_at <= v.now
          AND NOT (v.is_strict AND EXISTS (
              SELECT 1
              FROM mentorflow_delivery AS e
              WHERE e.endpoint = d.endpoint
                AND e.status = 'pending'
                AND e.mentorship_id = d.mentorship_id
                AND (e.sequence, e.position) < (d.sequence, d.position)))
        ORDER BY d.available_at, d.sequence, d.position
        LIMIT v.most) AS f))
  AND u.ended_at IS NULL
  AND u.endpoint = w.endpoint
RETURNING
    u.endpoint, u.notice, u.attempts, u.base, u.cause,
    (SELECT body FROM mentorflow_notice_form AS f WHERE f.notice = u.notice AND f.form = w.form),
    (SELECT body FROM mentorflow_notice AS n WHERE n.id = u.notice)
