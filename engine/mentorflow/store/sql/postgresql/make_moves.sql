-- What a plan would move, for the length of one transaction: nothing of it is written to last.
CREATE TEMPORARY TABLE mentorflow_move
    (mentorship_id uuid, name text, instance text, timing text, program text, recipient text,
     anchor_at timestamptz, from_value text, from_scope text, from_due_at timestamptz, from_remaining float8,
     to_value text, to_scope text, to_due_at timestamptz, to_remaining float8, is_dated boolean)
ON COMMIT DROP
