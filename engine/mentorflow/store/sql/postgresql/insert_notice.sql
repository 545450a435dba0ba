-- The order of commits is told by the transaction: places are given before.
INSERT INTO mentorflow_notice
    (id, type, mentorship_id, sequence, position, program, at, body, written_in)
SELECT n.*, pg_current_xact_id()::text::bigint
FROM unnest(
    :id::text[], :type::text[], :mentorship_id::uuid[], :sequence::int[], :position::int[],
    :program::text[], :at::timestamptz[], :body::text[]) AS n
