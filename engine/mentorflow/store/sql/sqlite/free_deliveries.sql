-- What a Courier had begun that lost its lease: nobody knows what arrived, so it is sent again.
UPDATE mentorflow_delivery
SET lease = NULL
WHERE endpoint IN (SELECT value FROM json_each(:endpoints))
  AND status = 'pending'
  AND lease IS NOT NULL
