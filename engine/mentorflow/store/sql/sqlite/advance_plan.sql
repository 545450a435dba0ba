UPDATE mentorflow_plan
SET status = :status,
    place = :place,
    listed = :listed,
    done = :done,
    ended_at = :ended_at
WHERE id = :id
