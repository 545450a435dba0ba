-- The same as the part of that name, where it is plain: no mentorship has a value of its own or one
-- that was agreed on, each value adds the same to every anchor, and nothing is counted anew. So
-- `theirs`, `spans`, `midnights` and `reckoned` are not looked into.
WITH ways AS (
    SELECT n.*, n.seconds * interval '1 second' AS shift
    FROM json_to_recordset(:ways::json) AS n
        (version int, timer text, timing text, place text, number int, value text, scope text,
         seconds float8, fact text, calendar text, messages bigint)),
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
midnights AS (
    SELECT :midnights::jsonb AS days),
followed AS (
    SELECT t.mentorship_id, t.name, t.instance, t.value, t.scope, t.due_at, t.remaining,
           t.put_off_by, t.anchor_at AS from_anchor_at, t.anchor_at, t.timing, m.program, m.version, w.number, w.messages,
           w.value AS to_value, w.scope AS to_scope, t.anchor_at + w.shift AS leads_to
    FROM mentorflow_timer AS t
    JOIN (mentorflow_mentorship AS m LEFT JOIN places AS p ON p.program = m.program)
        ON m.id = t.mentorship_id
    LEFT JOIN ways AS w
        ON w.timer = t.name AND w.timing = t.timing AND w.version = m.version
        AND w.place = coalesce(p.program, '')
    WHERE t.mentorship_id > :after::uuid
      AND t.mentorship_id <= :upto::uuid
      AND m.id > :m_after::uuid
      AND m.id <= :m_upto::uuid
      AND m.updated_at >= :changed_since::timestamptz
      AND m.workflow = :workflow),
reckoned AS (
    SELECT :as_of::timestamptz AS as_of),
following AS (
    SELECT f.*,
           -- Where nothing is asked of a timing, no value comes of it, and nothing is so.
           (f.value <> f.to_value OR f.scope <> f.to_scope)
           AND f.scope NOT IN ('agreement', 'until') AS moves
    FROM followed AS f)
