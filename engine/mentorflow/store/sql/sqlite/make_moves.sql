CREATE TEMPORARY TABLE mentorflow_move
    (mentorship_id text, name text, instance text, timing text, program text, recipient text,
     anchor_at text, from_value text, from_scope text, from_due_at text, from_remaining real,
     to_value text, to_scope text, to_due_at text, to_remaining real, is_dated integer)
