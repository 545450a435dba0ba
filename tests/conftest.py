"""Fixtures for every test: the databases and servers it may talk to."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from servers import databases, redis, session
from servers.databases import Databases
from servers.session import Session

# A machine under load is no reason to fail. The same examples every time keep a change's result its
# own; make test-slow looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("steady")

_open = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Open the session in the process that starts the workers, which find it by the environment."""
    if not _is_worker(config):
        config.stash[_open] = stack = ExitStack()
        memory = session.in_memory()
        if memory is not None:  # databases of SQLite lie in the folders that pytest makes
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
        stack.callback(databases.forget, stack.enter_context(session.opened(memory)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers, also after Ctrl-C."""
    if _open in config.stash:
        config.stash[_open].close()


@pytest.fixture(scope="session")
def server_session() -> Session:
    """The session, for tests that start servers of their own."""
    return Session.current()


@pytest.fixture(scope="session")
def postgres_server(server_session: Session) -> Iterator[Databases]:
    """The PostgreSQL server of this run, which makes databases."""
    with databases.shared(server_session) as shared:
        yield shared


@pytest.fixture
def postgres_url(postgres_server: Databases) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own: all tables, no rows."""
    with postgres_server.migrated() as url:
        yield url


@pytest.fixture
def bare_postgres_url(postgres_server: Databases) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, without tables."""
    with postgres_server.bare() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    file.touch()
    databases.migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a SQLite database of this test's own: all tables, no rows."""
    file = tmp_path / "test.db"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def bare_sqlite_url(tmp_path: Path) -> str:
    """The address of a SQLite database of this test's own, without tables."""
    return f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of this test's own, once for each kind that is supported."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(name))


@pytest.fixture
def redis_url(server_session: Session) -> str:
    """The address of an empty Redis database that no other test uses meanwhile."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = redis.shared_url(server_session, worker=worker)
    redis.empty(url)
    return url


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
