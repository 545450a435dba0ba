"""Run one server for as long as the tests run, and clean up after it, whatever ends them.

Usage: keeper.py FOLDER LOCK USER COMMAND...

The keeper detaches itself, so that Ctrl-C in a terminal does not reach the server before the tests
are done with it. It then waits for the lock, which is held by the process that runs the tests: the
lock comes free even when that process is killed, and so the server never outlives it.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TypedDict

PATIENCE_SECONDS = 10


class Identity(TypedDict, total=False):
    """The user a process runs as, in the words of subprocess."""

    user: int
    group: int
    extra_groups: list[int]


def identity_of(user: str) -> Identity:
    """Translate a user's name; an empty name is the user one already is."""
    if not user:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def main(folder: str, lock: str, user: str, *command: str) -> None:
    """Detach, start the server, and stop it when the lock comes free or a SIGTERM arrives."""
    if os.fork():
        return
    os.setsid()
    directory = Path(folder)
    with (directory / "server.log").open("wb") as log, Path(lock).open() as alive:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        _keep(directory, command, user=user, alive=alive, log=log)


def _keep(
    directory: Path, command: tuple[str, ...], *, user: str, alive: IO[str], log: IO[bytes]
) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    _write(directory / "keeper.pid", os.getpid())
    server = subprocess.Popen(
        command,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **identity_of(user),
    )
    # Reaped at once, a server that died can be told from one that runs.
    signal.signal(signal.SIGCHLD, lambda *_: server.poll())
    _write(directory / "server.pid", server.pid)
    try:
        fcntl.flock(alive, fcntl.LOCK_SH)
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _stop(server)
        shutil.rmtree(directory, ignore_errors=True)
    _clear_session(Path(alive.name).parent)


def _clear_session(session: Path) -> None:
    """Let the last keeper remove what a killed run of the tests could not."""
    with contextlib.suppress(OSError):
        (session / "servers").rmdir()
        shutil.rmtree(session)


def _write(file: Path, pid: int) -> None:
    """Write a process id so that nobody ever reads half of it."""
    draft = file.with_suffix(".draft")
    draft.write_text(str(pid))
    draft.rename(file)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Ask for a fast shutdown, which is what SIGINT means to PostgreSQL and to Valkey."""
    with contextlib.suppress(ProcessLookupError):
        server.send_signal(signal.SIGINT)
    try:
        server.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
