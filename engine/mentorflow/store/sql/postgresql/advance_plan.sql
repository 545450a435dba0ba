UPDATE mentorflow_plan
SET status = :status::text,
    place = :place::uuid,
    listed = :listed::int,
    done = :done::int,
    ended_at = :ended_at::timestamptz
WHERE id = :id::text
