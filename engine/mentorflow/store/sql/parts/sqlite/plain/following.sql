-- The same as the part of that name, where it is plain: no mentorship has a value of its own or one
-- that was agreed on, each value adds the same to every anchor, and nothing is counted anew. So
-- `theirs`, `spans`, `midnights` and `reckoned` are not looked into.
WITH ways AS MATERIALIZED (
    SELECT json_extract(n.value, '$.version') AS version, json_extract(n.value, '$.timer') AS timer,
           json_extract(n.value, '$.timing') AS timing, json_extract(n.value, '$.place') AS place,
           json_extract(n.value, '$.number') AS number, json_extract(n.value, '$.value') AS value,
           json_extract(n.value, '$.scope') AS scope, json_extract(n.value, '$.seconds') AS seconds,
           CAST(json_extract(n.value, '$.seconds') AS integer) || ' seconds' AS shift,
           datetime(
               substr(json_extract(n.value, '$.horizon'), 1, 19),
               -CAST(json_extract(n.value, '$.seconds') AS integer) || ' seconds')
           || substr(json_extract(n.value, '$.horizon'), 20) AS latest,
           json_extract(n.value, '$.number') || ' ' AS stays,
           '-' || json_extract(n.value, '$.number') || ' '
           || CAST(json_extract(n.value, '$.seconds') AS integer) || ' ' AS goes,
           iif(CAST(json_extract(n.value, '$.seconds') AS integer) % 60 = 0, 16, 19) AS width,
           '$.' || json_extract(n.value, '$.fact') AS fact,
           json_extract(n.value, '$.calendar') AS calendar,
           json_extract(n.value, '$.messages') AS messages
    FROM json_each(:ways) AS n),
places AS MATERIALIZED (
    SELECT json_extract(n.value, '$.program') AS program
    FROM json_each(:places) AS n),
theirs AS MATERIALIZED (
    SELECT json_extract(n.value, '$.mentorship') AS mentorship,
           json_extract(n.value, '$.timing') AS timing, json_extract(n.value, '$.value') AS value,
           json_extract(n.value, '$.scope') AS scope
    FROM json_each(:theirs) AS n),
spans AS MATERIALIZED (
    SELECT json_extract(n.value, '$.version') AS version, json_extract(n.value, '$.timer') AS timer,
           json_extract(n.value, '$.value') AS value,
           json_extract(n.value, '$.calendar') AS calendar,
           coalesce(json_extract(n.value, '$.day'), '') AS day,
           json_extract(n.value, '$.since') AS since, json_extract(n.value, '$.until') AS until,
           json_extract(n.value, '$.seconds') AS seconds,
           json_extract(n.value, '$.due_at') AS due_at
    FROM json_each(:spans) AS n),
midnights AS MATERIALIZED (
    SELECT n.key AS day, n.value AS at
    FROM json_each(:midnights) AS n),
followed AS NOT MATERIALIZED (
    SELECT m.id AS mentorship_id, t.name, t.instance, t.value, t.scope, t.due_at, t.remaining,
           t.put_off_by, t.anchor_at AS from_anchor_at, t.anchor_at, m.program, m.version, w.number, w.messages,
           w.value AS to_value, w.scope AS to_scope,
           w.seconds, w.shift, NULL AS leads_to, w.latest, t.anchor_at AS goes_from, w.width,
           w.stays, w.goes
    FROM mentorflow_mentorship AS m
    LEFT JOIN places AS p ON p.program = +m.program
    CROSS JOIN mentorflow_timer AS t ON t.mentorship_id = m.id
    LEFT JOIN ways AS w
        ON w.timer = +t.name AND w.timing = +t.timing AND w.version = +m.version
        AND w.place = coalesce(p.program, '')
    WHERE t.mentorship_id > :after
      AND t.mentorship_id <= :upto
      AND m.id > :m_after
      AND m.id <= :m_upto
      AND m.updated_at >= :changed_since
      AND m.workflow = :workflow),
reckoned AS (
    SELECT :as_of AS as_of),
following AS NOT MATERIALIZED (
    SELECT *,
           -- Where nothing is asked of a timing, no value comes of it, and nothing is so.
           (value <> to_value OR scope <> to_scope) AND scope NOT IN ('agreement', 'until') AS moves
    FROM followed)
