-- For a step of a long work, which is on the disk at the latest when a commit after it is.
SELECT set_config('synchronous_commit', 'off', true)
