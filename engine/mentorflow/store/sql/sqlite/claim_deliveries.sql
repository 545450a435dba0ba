-- Begins attempts at what is to be sent first to an endpoint. Where order is kept, nothing passes what comes
-- before it of the same mentorship.
UPDATE mentorflow_delivery
SET attempts = attempts + 1,
    lease = :lease
WHERE (endpoint, notice) IN (
    SELECT d.endpoint, d.notice
    FROM mentorflow_delivery AS d
    WHERE d.endpoint = :endpoint
      AND d.status = 'pending'
      AND d.lease IS NULL
      AND d.available_at <= :now
      AND NOT (:is_strict AND EXISTS (
          SELECT 1
          FROM mentorflow_delivery AS e
          WHERE e.endpoint = d.endpoint
            AND e.status = 'pending'
            AND e.mentorship_id = d.mentorship_id
            AND (e.sequence, e.position) < (d.sequence, d.position)))
    ORDER BY d.available_at, d.sequence, d.position
    LIMIT :most)
RETURNING
    endpoint, notice, attempts, base, cause,
    (SELECT body FROM mentorflow_notice_form AS f
     WHERE f.notice = mentorflow_delivery.notice AND f.form = :form),
    (SELECT body FROM mentorflow_notice AS n WHERE n.id = mentorflow_delivery.notice)
