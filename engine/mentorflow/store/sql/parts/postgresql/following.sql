-- Every timer of a workflow in a range of mentorships, with the value it should follow and when it
-- would be due by that. `ways` say of each timer, timing and place (a program that is not like the
-- others, or none) which value is in force there and what it adds to every anchor; `theirs` has the
-- values of single mentorships, `spans` what else values do to anchors, some by the day;
-- `midnights` say when days begin that timers count from, as `zone day`.
WITH ways AS (
    SELECT n.*, n.seconds * interval '1 second' AS shift
    FROM json_to_recordset(:ways::json) AS n
        (version int, timer text, timing text, place text, number int, value text, scope text,
         seconds float8, fact text, calendar text, messages bigint, recounts boolean, anchor text,
         zone text, date text)),
places AS (
    SELECT n.program
    FROM json_to_recordset(:places::json) AS n (program text)),
theirs AS (
    SELECT n.mentorship, n.timing, n.value, n.scope
    FROM json_to_recordset(:theirs::json) AS n
        (mentorship uuid, timing text, value text, scope text)),
spans AS NOT MATERIALIZED (
    SELECT n.*, n.seconds * interval '1 second' AS shift
    FROM json_to_recordset(:spans::json) AS n
        (version int, timer text, value text, calendar text, day date, since timestamptz,
         until timestamptz, seconds float8, due_at timestamptz)),
followed AS (
    SELECT t.mentorship_id, t.name, t.instance, t.value, t.scope, t.due_at, t.remaining, t.put_off_by,
           t.anchor_at AS from_anchor_at, a.anchor_at,
           t.timing, m.program, m.version, w.number, w.messages, w.recounts,
           r.to_value, r.to_scope,
           coalesce(d.due_at, a.anchor_at + coalesce(d.shift, e.shift, w.shift)) AS leads_to,
           coalesce(d.timer, e.timer) IS NOT NULL
           OR (w.seconds IS NOT NULL AND coalesce(th.value, f.agreed) IS NULL) AS is_dated
    FROM mentorflow_timer AS t
    JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
    LEFT JOIN places AS p ON p.program = m.program
    LEFT JOIN ways AS w
        ON w.timer = t.name AND w.timing = t.timing AND w.version = m.version
        AND w.place = coalesce(p.program, '')
    LEFT JOIN theirs AS th
        ON th.mentorship = t.mentorship_id AND th.timing = t.timing AND t.scope <> 'until'
    CROSS JOIN LATERAL (
        SELECT CASE
                   WHEN t.scope IN ('mentorship', 'person')
                   THEN m.facts #>> string_to_array(w.fact, '.')
                   WHEN t.scope = 'agreement' AND w.recounts THEN t.value
               END AS agreed) AS f
    CROSS JOIN LATERAL (
        SELECT CASE
                   WHEN th.value IS NOT NULL THEN th.value
                   WHEN t.scope IN ('agreement', 'until') THEN t.value
                   ELSE coalesce(f.agreed, w.value)
               END AS to_value,
               CASE
                   WHEN th.value IS NOT NULL THEN th.scope
                   WHEN t.scope IN ('agreement', 'until') THEN t.scope
                   WHEN f.agreed IS NOT NULL THEN 'agreement'
                   ELSE w.scope
               END AS to_scope) AS r
    -- A date begins when it does in the zone of the program, wherever it began when it was looked up.
    CROSS JOIN LATERAL (
        SELECT CASE
                   WHEN t.anchor = w.anchor
                   THEN coalesce(
                       (:midnights::jsonb ->> concat(
                           w.zone, ' ', m.facts #>> string_to_array(w.date, '.')))::timestamptz,
                       t.anchor_at)
                   ELSE t.anchor_at
               END AS anchor_at) AS a
    -- Most need neither: what the way of a timer says holds for all anchors.
    LEFT JOIN spans AS e
        ON e.version = CASE WHEN coalesce(th.value, f.agreed) IS NOT NULL THEN w.version END
        AND e.timer = w.timer AND e.calendar = w.calendar
        AND e.value = coalesce(th.value, f.agreed) AND e.day IS NULL
    LEFT JOIN spans AS d
        ON d.version = CASE
            WHEN w.seconds IS NULL OR coalesce(th.value, f.agreed) IS NOT NULL THEN w.version
        END
        AND d.timer = w.timer AND d.calendar = w.calendar
        AND d.value = coalesce(th.value, f.agreed, w.value)
        AND d.day = (a.anchor_at AT TIME ZONE 'UTC')::date
        AND d.since <= a.anchor_at AND a.anchor_at < d.until
    WHERE t.mentorship_id > :after::uuid
      AND t.mentorship_id <= :upto::uuid
      AND m.id > :m_after::uuid
      AND m.id <= :m_upto::uuid
      AND m.updated_at >= :changed_since::timestamptz
      AND m.workflow = :workflow),
-- What moves follows another value; or it is due at another instant by the value it has, where
-- that is asked about (`recounts`) and nothing but its rule says when it is due. What is due already
-- gets no earlier: a migration has due at once what is late by its new rule, and so has a limit that
-- is taken back.
following AS (
    SELECT f.*,
           f.is_dated
           AND (f.value <> f.to_value OR f.scope <> f.to_scope
                OR (f.recounts AND f.scope <> 'until' AND f.put_off_by IS NULL
                    AND (f.due_at <> greatest(f.leads_to, least(f.due_at, :as_of::timestamptz))
                         OR (f.due_at IS NOT NULL AND f.anchor_at <> f.from_anchor_at)))) AS moves
    FROM followed AS f)
