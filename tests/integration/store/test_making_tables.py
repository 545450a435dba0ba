"""The tables are made whole or not at all, once, and only by code that knows them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, event

from builders import open_host
from jobs import in_threads
from mentorflow.errors import SchemaMismatch, StoreUnavailable
from mentorflow.store.migrate import CURRENT, VERSION_TABLE, config, upgrade, version_of
from mentorflow.store.models import metadata
from mentorflow.store.opening import open_database
from tables import TABLES, driver, execute, rows


def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    database = create_engine(database_url, poolclass=NullPool)
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": True,
            },
        )

        assert compare_metadata(context, metadata) == []


def test_checks_and_partial_indexes_are_what_the_models_say(database_url: str) -> None:
    made = "".join(definitions(database_url))

    for table in metadata.tables.values():
        for constraint in table.constraints:
            if constraint.name is not None and table.name in str(constraint.name):
                assert str(constraint.name) in made
        for index in table.indexes:
            assert str(index.name) in made
    for partial in ("due_at IS NOT NULL", "status", "key IS NOT NULL"):
        assert partial in made


def test_tables_that_change_often_are_kept_as_the_models_say(postgres_url: str) -> None:
    said = {
        name: dict(table.dialect_options["postgresql"]["with"] or {})
        for name, table in metadata.tables.items()
    }

    kept = rows(postgres_url, "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r'")
    found = {name: dict(one.split("=") for one in given or ()) for name, given in kept}

    assert {name: found[name] for name in said} == said
    assert said["mentorflow_mentorship"]["fillfactor"] == "85"
    assert all(said[f"mentorflow_{name}"] for name in ("mentorship", "timer", "effect"))


def definitions(url: str) -> list[str]:
    if url.startswith("sqlite"):
        return [str(sql) for (sql,) in rows(url, "SELECT sql FROM sqlite_master")]
    checks = "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
    indexes = "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
    return [str(sql) for (sql,) in rows(url, f"{checks} UNION ALL {indexes}")]


def test_current_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config(None)).get_heads() == [CURRENT]


def test_all_tables_carry_our_name() -> None:
    assert {f"mentorflow_{table}" for table in TABLES} == set(metadata.tables)


def test_an_upgrade_of_what_is_current_changes_nothing(database_url: str) -> None:
    before = definitions(database_url)

    upgrade(database_url)

    assert definitions(database_url) == before


def test_an_empty_sqlite_file_is_made_by_opening_it(bare_sqlite_url: str) -> None:
    host = open_host(bare_sqlite_url)

    assert host.start().state == "contact"
    assert version_of(host.engine._store.database) == CURRENT
    host.engine.close()


@pytest.mark.parametrize("version", ["9999", f"{int(CURRENT) + 1:04}"])
def test_a_newer_database_is_refused(database_url: str, version: str) -> None:
    execute(database_url, f"UPDATE mentorflow_schema SET version_num = '{version}'")

    for work in (open_host, upgrade):
        with pytest.raises(SchemaMismatch, match="upgrade mentorflow instead"):
            work(database_url)


def test_an_older_database_is_refused_with_what_to_do(database_url: str) -> None:
    execute(database_url, "UPDATE mentorflow_schema SET version_num = '0000'")

    with pytest.raises(SchemaMismatch, match="run `mentorflow db upgrade`"):
        open_host(database_url)


def test_an_empty_postgresql_database_is_refused_with_what_to_do(bare_postgres_url: str) -> None:
    with pytest.raises(SchemaMismatch, match=r"no tables of mentorflow.*`mentorflow db upgrade`"):
        open_host(bare_postgres_url)

    upgrade(bare_postgres_url)
    open_host(bare_postgres_url).engine.close()


def test_threads_that_make_the_tables_at_once_make_them_once(
    bare_postgres_url: str, bare_sqlite_url: str
) -> None:
    for url in (bare_postgres_url, bare_sqlite_url):
        in_threads(3, upgrader_of(url))

        assert rows(url, "SELECT version_num FROM mentorflow_schema") == [(CURRENT,)]


def upgrader_of(url: str) -> Callable[[int], None]:
    return lambda _: upgrade(url)


@pytest.mark.parametrize("broken", ["mentorflow_history", "mentorflow_escalation_not_over"])
def test_tables_half_made_are_none(
    bare_sqlite_url: str, bare_postgres_url: str, broken: str
) -> None:
    for url in (bare_sqlite_url, bare_postgres_url):
        with failing_at(broken), pytest.raises(StoreUnavailable):
            upgrade(url)

        assert not [sql for sql in definitions(url) if "mentorflow_" in sql]
        upgrade(url)
        open_host(url).engine.close()


@contextmanager
def failing_at(name: str) -> Iterator[None]:
    """Have the database fail where something of this name is to be made."""
    from sqlalchemy import Engine

    def fail(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.lstrip().startswith("CREATE") and name in sql:
            raise sqlite3.OperationalError(f"no more at {name}") from None

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


def test_the_hosts_own_tables_are_left_alone(bare_sqlite_url: str) -> None:
    execute(bare_sqlite_url, "CREATE TABLE alembic_version (version_num TEXT)")
    execute(bare_sqlite_url, "INSERT INTO alembic_version VALUES ('theirs')")

    open_host(bare_sqlite_url).engine.close()

    assert rows(bare_sqlite_url, "SELECT * FROM alembic_version") == [("theirs",)]


def test_sqlite_writes_ahead_and_survives_a_power_cut(bare_sqlite_url: str) -> None:
    database = open_database(bare_sqlite_url)
    with database.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    database.dispose()

    assert (mode, synchronous, keys) == ("wal", 2, 1)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE mentorflow_timer SET due_at = NULL",
        "UPDATE mentorflow_timer SET remaining = 5",
        "INSERT INTO mentorflow_timer SELECT * FROM mentorflow_timer",
        "INSERT INTO mentorflow_history SELECT * FROM mentorflow_history",
        "UPDATE mentorflow_mentorship SET revision = 0",
        "UPDATE mentorflow_effect SET status = 'lost'",
    ],
)
def test_the_schema_itself_refuses_what_must_not_be(database_url: str, sql: str) -> None:
    host = open_host(database_url)
    host.start()
    host.engine.close()

    with (
        pytest.raises(Exception, match=r"(?i)constraint|duplicate|unique"),
        driver(database_url) as raw,
    ):
        raw.execute(sql)


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="unable to open"):
        open_host(f"sqlite:///{tmp_path / 'no' / 'folder' / 'x.db'}")
