"""One run of the tests: the folder its servers live in, and the lock that says it still runs."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from servers.waiting import wait_until

ENVIRONMENT = "MENTORFLOW_TEST_SESSION"
"""Names the session's folder to the worker processes of pytest-xdist."""

_MEMORY = Path("/dev/shm")
_ROOM = 2 << 30
"""Bytes; what the servers write at once is a tenth of it, unless tests are about much."""


@dataclass(frozen=True, slots=True)
class Session:
    """The folder shared by all processes of one run of the tests."""

    directory: Path

    @classmethod
    def current(cls) -> "Session":
        """Return the session that this process belongs to."""
        return cls(Path(os.environ[ENVIRONMENT]))

    @property
    def alive(self) -> Path:
        """The file that is locked for as long as the run lasts."""
        return self.directory / "alive.lock"

    @property
    def servers(self) -> Path:
        """The folder with one folder for each running server."""
        return self.directory / "servers"

    def new_server_directory(self, name: str) -> Path:
        """Make the folder of a server that is about to be started."""
        directory = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.servers))
        directory.chmod(0o711)
        return directory

    def _has_no_server(self) -> bool:
        try:
            return not any(self.servers.iterdir())
        except FileNotFoundError:
            return True  # the last keeper removed it, and the folder above

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Let one process at a time do what all of them need once."""
        with (self.directory / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def in_memory() -> Path | None:
    """Return the folder of the machine's memory, if there is one with room for our servers.

    There, a database is made in the same time whatever was made before. ext4 looks at each file
    that was deleted within a minute before it makes one, and a database is 400 files: a dozen
    tests later it takes ten times as long.
    """
    try:
        found = os.statvfs(_MEMORY)
    except OSError:
        return None
    has_room = found.f_bavail * found.f_frsize > _ROOM
    may_hold_programs = not found.f_flag & os.ST_NOEXEC  # see process.reachable
    is_ours = has_room and may_hold_programs and os.access(_MEMORY, os.W_OK | os.X_OK)
    return _MEMORY if is_ours else None


@contextmanager
def opened(common: Path | None = None) -> Iterator[Session]:
    """Open a session, and stop at its end whatever servers were started in it.

    It lies in the folder for temporary files if no other is given.
    """
    directory = Path(tempfile.mkdtemp(prefix="mf-", dir=common or _common_directory()))
    session = Session(directory)
    session.servers.mkdir()
    # A server that runs as another user has to reach its own folder below these.
    for folder in (directory, session.servers):
        folder.chmod(0o711)
    with session.alive.open("w") as file, _environment(session):
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield session
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
            wait_until(session._has_no_server, "the servers stop")
            shutil.rmtree(directory, ignore_errors=True)


def is_open_to_all(path: Path) -> bool:
    """Say whether every user may read the path and pass the folders above it."""
    passable = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
    return passable and bool(path.stat().st_mode & stat.S_IROTH)


def _common_directory() -> Path:
    """Find a folder for temporary files that the servers' user can reach, by a short path.

    The path of a Unix socket may have a hundred characters or so.
    """
    own = Path(tempfile.gettempdir())
    if len(str(own)) < 60 and (os.geteuid() != 0 or is_open_to_all(own)):
        return own
    return Path("/tmp")


@contextmanager
def _environment(session: Session) -> Iterator[None]:
    before = os.environ.get(ENVIRONMENT)
    os.environ[ENVIRONMENT] = str(session.directory)
    try:
        yield
    finally:
        del os.environ[ENVIRONMENT]
        if before is not None:
            os.environ[ENVIRONMENT] = before
