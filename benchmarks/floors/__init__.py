"""The floors: the rows that the engine wrote, written once more by hand on the bare driver.

A floor takes the same lock and reads the same rows first, but it decides nothing, checks nothing
and turns nothing into JSON: what it writes was worked out beforehand.
"""

from benchmarks.databases import Database, PostgresqlDatabase, SqliteDatabase
from benchmarks.floors.floor import Floor


def floor_on(database: Database) -> Floor:
    """Return the floor on a database."""
    if isinstance(database, SqliteDatabase):
        from benchmarks.floors.sqlite import SqliteFloor

        return SqliteFloor(database.file)
    assert isinstance(database, PostgresqlDatabase)
    from benchmarks.floors.postgresql import PostgresqlFloor

    return PostgresqlFloor(database.address)
