-- For what reads and writes by arrays of keys, in this transaction alone: by the indexes, whatever
-- is in the arrays, and with nothing to plan anew for every piece of a batch.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true)
