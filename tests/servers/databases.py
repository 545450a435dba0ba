"""Databases by the dozen: each test gets its own, copied from one that has the tables."""

import itertools
import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from servers import postgres
from servers.session import Session

_numbers = itertools.count(1)
_LATER = 2
"""How many databases wait to be dropped: where somebody just left, PostgreSQL looks again after a
tenth of a second whether all have."""


class Databases:
    """The databases of one PostgreSQL server, made and dropped over one connection."""

    def __init__(self, url: URL, *, template: str, connection: psycopg.Connection) -> None:
        self._url = url
        self._template = template
        self._connection = connection
        self._left: deque[str] = deque()

    @property
    def url(self) -> str:
        """The address of the server's own database, which no test may fill."""
        return text_of(self._url)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """Lend the address of a database with all tables and no rows."""
        with self._database(template=self._template) as url:
            yield url

    @contextmanager
    def bare(self) -> Iterator[str]:
        """Lend the address of a database without tables."""
        with self._database(template="template0") as url:
            yield url

    @contextmanager
    def _database(self, *, template: str) -> Iterator[str]:
        self.drop_left(but=_LATER)
        name = f"test_{os.getpid()}_{next(_numbers)}"
        create(self._connection, name, template=template)
        try:
            yield text_of(self._url.set(database=name))
        finally:
            self._left.append(name)

    def drop_left(self, *, but: int = 0) -> None:
        """Drop the databases that tests left, but the last few."""
        while len(self._left) > but:
            drop(self._connection, self._left.popleft())


@contextmanager
def shared(session: Session) -> Iterator[Databases]:
    """Join the session's server, starting it if this process is the first that needs it."""
    with session.locked("postgres"):
        if not _note(session).exists():
            _prepare(session)
        note = json.loads(_note(session).read_text())
    url = make_url(note["url"])
    with psycopg.connect(postgres.conninfo(url), autocommit=True) as connection:
        databases = Databases(url, template=note["template"], connection=connection)
        try:
            yield databases
        finally:
            databases.drop_left()


def forget(session: Session) -> None:
    """Leave nothing of ours behind on a server that is not ours."""
    url = postgres.given_url()
    if url is None or not _note(session).exists():
        return
    note = json.loads(_note(session).read_text())
    with psycopg.connect(postgres.conninfo(url), autocommit=True) as connection:
        drop(connection, note["template"])


def create(connection: psycopg.Connection, name: str, *, template: str) -> None:
    """Create a database as a copy of another.

    Copying the files, with nothing waiting for the disk, is three times as fast as logging them.
    """
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def migrate(url: str) -> None:
    """Give a database the tables, by the library's own migrations."""
    # Imported late: a run of a few unit tests needs no tables, and they are dear to import.
    from mentorflow.store.migrate import upgrade

    upgrade(url)


def text_of(url: URL) -> str:
    """Write the address out, password and all."""
    return url.render_as_string(hide_password=False)


def _prepare(session: Session) -> None:
    url = postgres.given_url() or postgres.start(session, postgres.programs(session)).url
    template = f"template_{os.getpid()}"
    with psycopg.connect(postgres.conninfo(url), autocommit=True) as connection:
        create(connection, template, template="template0")
    migrate(text_of(url.set(database=template)))
    _note(session).write_text(json.dumps({"url": text_of(url), "template": template}))


def _note(session: Session) -> Path:
    return session.directory / "postgres.json"
