"""Making and upgrading the tables: Alembic's migrations, shipped inside the package."""

from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from mentorflow.errors import SchemaMismatch
from mentorflow.store.failing import our_errors
from mentorflow.store.opening import open_database
from mentorflow.store.statements import statement

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0011"
"""The migration this code works with; a test keeps it equal to the newest there is."""
VERSION_TABLE = "mentorflow_schema"
_one_at_a_time = Lock()


def upgrade(url: str) -> None:
    """Bring the tables of a database up to this version; make them where there are none.

    Raises:
        SchemaMismatch: if the database is newer than this code.
        StoreUnavailable: if it cannot be reached, or refuses.
    """
    database = open_database(url)
    try:
        with our_errors():
            upgrade_database(database)
    finally:
        database.dispose()


def upgrade_database(database: Engine) -> None:
    """Bring the tables behind an engine up to this version."""
    found = version_of(database)
    if found is not None and found > CURRENT:
        raise _newer(found)
    # Alembic is imported only where tables are made: it costs more than opening an engine may.
    from alembic import command

    # Alembic keeps what it works on in a module, which two threads must not use at once.
    with _one_at_a_time, database.connect() as connection:
        # It joins the transaction this begins: all of the tables are made, or none.
        connection.exec_driver_sql(statement(database.dialect.name, "hold_schema").sql)
        command.upgrade(config(connection), "head")
        connection.commit()


def config(connection: object) -> "Config":
    """Return Alembic's configuration for the migrations in this package."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", "mentorflow.store:migrations")
    made.attributes["connection"] = connection
    return made


def version_of(database: Engine) -> str | None:
    """Return the migration a database is at; None where it has no tables of ours.

    Raises:
        StoreUnavailable: if it cannot be reached, or is no database.
    """
    with our_errors(), database.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        found = connection.execute(text("SELECT version_num FROM mentorflow_schema")).scalar()
    return None if found is None else str(found)


def require_current(database: Engine) -> None:
    """Make the tables of an empty SQLite file; refuse a database this code does not fit.

    Raises:
        SchemaMismatch: if the tables are missing, older or newer.
    """
    found = version_of(database)
    if found == CURRENT:
        return
    if found is None and database.dialect.name == "sqlite":
        upgrade_database(database)
        return
    if found is not None and found > CURRENT:
        raise _newer(found)
    has = "has no tables of mentorflow" if found is None else f"is at migration {found}"
    raise SchemaMismatch(
        f"the database {has}, this code needs {CURRENT}: run `mentorflow db upgrade`"
    )


def _newer(found: str) -> SchemaMismatch:
    return SchemaMismatch(
        f"the database is at migration {found}, newer than this code, which knows {CURRENT}: "
        "upgrade mentorflow instead of the database"
    )
