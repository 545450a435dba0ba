-- Values no span was given for: such as what pairs agreed on.
SELECT DISTINCT timing, to_value
FROM mentorflow_move
WHERE NOT is_dated
