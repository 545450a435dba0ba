-- Every timer of a workflow in a range of mentorships, with the value it should follow and when it
-- would be due by that; the arguments are those of the part of the same name for PostgreSQL.
-- A `+` keeps SQLite from comparing as texts what has no type, where no index would serve.
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
           '$.' || json_extract(n.value, '$.fact') AS fact,
           json_extract(n.value, '$.calendar') AS calendar,
           json_extract(n.value, '$.messages') AS messages,
           json_extract(n.value, '$.recounts') AS recounts,
           json_extract(n.value, '$.anchor') AS anchor, json_extract(n.value, '$.zone') AS zone,
           '$.' || json_extract(n.value, '$.date') AS date
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
           CAST(json_extract(n.value, '$.seconds') AS integer) || ' seconds' AS shift,
           coalesce(
               datetime(
                   substr(json_extract(n.value, '$.horizon'), 1, 19),
                   -CAST(json_extract(n.value, '$.seconds') AS integer) || ' seconds')
               || substr(json_extract(n.value, '$.horizon'), 20),
               json_extract(n.value, '$.horizon')) AS latest,
           json_extract(n.value, '$.due_at') AS due_at
    FROM json_each(:spans) AS n),
midnights AS MATERIALIZED (
    SELECT n.key AS day, n.value AS at
    FROM json_each(:midnights) AS n),
followed AS NOT MATERIALIZED (
    SELECT m.id AS mentorship_id, t.name, t.instance, t.value, t.scope, t.due_at, t.remaining, t.put_off_by,
           t.anchor_at AS from_anchor_at, coalesce(n.at, t.anchor_at) AS anchor_at,
           m.program, m.version, w.number, w.messages, w.recounts,
           CASE
               WHEN th.value IS NOT NULL THEN th.value
               WHEN t.scope IN ('mentorship', 'person')
               THEN coalesce(json_extract(m.facts, w.fact), w.value)
               WHEN t.scope IN ('agreement', 'until') THEN t.value
               ELSE w.value
           END AS to_value,
           CASE
               WHEN th.value IS NOT NULL THEN th.scope
               WHEN t.scope IN ('mentorship', 'person')
               THEN iif(json_extract(m.facts, w.fact) IS NULL, w.scope, 'agreement')
               WHEN t.scope IN ('agreement', 'until') THEN t.scope
               ELSE w.scope
           END AS to_scope,
           coalesce(d.seconds, e.seconds, w.seconds) AS seconds,
           coalesce(d.shift, e.shift, w.shift) AS shift, d.due_at AS leads_to,
           coalesce(d.latest, e.latest, w.latest) AS latest,
           coalesce(d.due_at, n.at, t.anchor_at) AS goes_from, 19 AS width,
           w.number || ' ' AS stays,
           '-' || w.number || ' '
           || iif(d.due_at IS NULL, CAST(coalesce(d.seconds, e.seconds, w.seconds) AS integer), 0)
           || ' ' AS goes,
           coalesce(
               d.timer, e.timer,
               CASE
                   WHEN th.value IS NOT NULL OR t.scope = 'agreement' THEN NULL
                   WHEN t.scope IN ('mentorship', 'person')
                   THEN iif(json_extract(m.facts, w.fact) IS NULL, w.seconds, NULL)
                   ELSE w.seconds
               END) IS NOT NULL AS is_dated
    FROM mentorflow_mentorship AS m
    CROSS JOIN mentorflow_timer AS t ON t.mentorship_id = m.id
    LEFT JOIN places AS p ON p.program = +m.program
    LEFT JOIN ways AS w
        ON w.timer = +t.name AND w.timing = +t.timing AND w.version = +m.version
        AND w.place = coalesce(p.program, '')
    LEFT JOIN theirs AS th
        ON th.mentorship = +t.mentorship_id AND th.timing = +t.timing AND t.scope <> 'until'
    -- A date begins when it does in the zone of the program, wherever it began when it was looked up.
    LEFT JOIN midnights AS n
        ON n.day = iif(
            t.anchor = w.anchor, w.zone || ' ' || json_extract(m.facts, w.date), NULL)
    -- Most need neither: what the way of a timer says holds for all anchors.
    LEFT JOIN spans AS e
        ON e.version = iif(
            th.value IS NOT NULL OR t.scope IN ('mentorship', 'person')
            OR (w.recounts AND t.scope = 'agreement'),
            w.version, NULL)
        AND e.timer = w.timer AND e.calendar = w.calendar AND e.day = ''
        AND e.value = coalesce(
            th.value, iif(t.scope = 'agreement', t.value, json_extract(m.facts, w.fact)))
    LEFT JOIN spans AS d
        ON d.version = iif(
            w.seconds IS NULL OR th.value IS NOT NULL OR t.scope IN ('mentorship', 'person')
            OR (w.recounts AND t.scope = 'agreement'),
            w.version, NULL)
        AND d.timer = w.timer AND d.calendar = w.calendar AND d.day = substr(coalesce(n.at, t.anchor_at), 1, 10)
        AND d.value = coalesce(
            th.value,
            CASE
                WHEN t.scope = 'agreement' THEN t.value
                WHEN t.scope IN ('mentorship', 'person') THEN json_extract(m.facts, w.fact)
            END,
            w.value)
        AND d.since <= coalesce(n.at, t.anchor_at) AND coalesce(n.at, t.anchor_at) < d.until
    WHERE t.mentorship_id > :after
      AND t.mentorship_id <= :upto
      AND m.id > :m_after
      AND m.id <= :m_upto
      AND m.updated_at >= :changed_since
      AND m.workflow = :workflow),
-- What moves follows another value; or it is due at another instant by the value it has, where
-- that is asked about (`recounts`) and nothing but its rule says when it is due. What is due already
-- gets no earlier: a migration has due at once what is late by its new rule, and so has a limit that
-- is taken back.
following AS NOT MATERIALIZED (
    SELECT *,
           -- A CASE, for SQLite works out both sides of an AND that it returns.
           CASE
               WHEN NOT is_dated THEN 0
               WHEN value <> to_value OR scope <> to_scope THEN 1
               WHEN recounts AND scope <> 'until' AND put_off_by IS NULL
               THEN due_at IS NOT NULL AND from_anchor_at <> anchor_at OR due_at <> max(
                   coalesce(leads_to, datetime(substr(anchor_at, 1, 19), shift) || substr(anchor_at, 20)),
                   min(due_at, :as_of))
           END AS moves
    FROM followed)
