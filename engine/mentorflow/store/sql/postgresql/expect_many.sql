-- For a statement that reads millions of timers: its joins in the order they are written in, for no
-- statistics say how few values the small tables have; by hashing; by all processors.
SELECT set_config('join_collapse_limit', '1', true), set_config('from_collapse_limit', '1', true),
       set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true),
       set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true),
       set_config('work_mem', '64MB', true), set_config('hash_mem_multiplier', '4', true)
