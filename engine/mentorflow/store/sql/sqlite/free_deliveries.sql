-- What a Courier had begun that lost its lease: nobody knows what arrived, so it is sent again. Of the
-- schedule that uses nothing up: the receiver has refused nothing.
UPDATE mentorflow_delivery
SET lease = NULL,
    base = base + 1
WHERE endpoint IN (SELECT value FROM json_each(:endpoints))
  AND status = 'pending'
  AND lease IS NOT NULL
