-- What a Courier had begun that lost its lease: nobody knows what arrived, so it is sent again. Of the
-- schedule that uses nothing up: the receiver has refused nothing.
UPDATE mentorflow_delivery
SET lease = NULL,
    base = base + 1
WHERE endpoint = ANY(SELECT json_array_elements_text(:endpoints::json))
  AND status = 'pending'
  AND lease IS NOT NULL
