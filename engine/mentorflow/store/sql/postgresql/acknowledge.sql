-- Never back to where it was: what was taken once is not taken again.
UPDATE mentorflow_endpoint_health
SET acknowledged_in = n.written_in,
    acknowledged_place = n.place
FROM (SELECT :written_in::bigint AS written_in, :place::bigint AS place) AS n
WHERE endpoint = :endpoint
  AND (acknowledged_in, acknowledged_place) < (n.written_in, n.place)
