-- For one of two transactions that read at once, a processor each.
SELECT set_config('max_parallel_workers_per_gather', '0', true)
