-- For this transaction alone: behind a pooler, the session is somebody else's next.
SELECT set_config('idle_in_transaction_session_timeout', :milliseconds, true)
