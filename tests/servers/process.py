"""One kept server process: starting it under a user that may run it, and stopping it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from servers import keeper
from servers.session import Session, is_open_to_all
from servers.waiting import wait_until


class ServerDied(Exception):
    """A server ended before it was ready."""


@dataclass(frozen=True, slots=True)
class Process:
    """A server that runs until it is stopped or the session ends."""

    directory: Path

    @property
    def pid(self) -> int:
        """The process id of the server itself."""
        return int((self.directory / "server.pid").read_text())

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return (self.directory / "server.log").read_text(errors="replace")

    def kill(self) -> None:
        """End the server as a crash would, leaving its folder as it is."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not self._is_running(), "the server is dead")

    def end(self, number: signal.Signals) -> None:
        """End the server alone by a signal, to start it again on its folder: nobody keeps that."""
        os.kill(self.pid, number)
        wait_until(lambda: not self._is_running(), "the server ends", seconds=60)
        os.kill(int((self.directory / "keeper.pid").read_text()), signal.SIGKILL)
        for note in ("server.pid", "keeper.pid"):
            (self.directory / note).unlink()

    def stop(self) -> None:
        """End the server in good order and remove its folder."""
        os.kill(int((self.directory / "keeper.pid").read_text()), signal.SIGTERM)
        wait_until(lambda: not self.directory.exists(), "the server stops")

    def wait_until_ready(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the server answers.

        Raises:
            ServerDied: it ended instead; the message holds its log.
        """
        wait_until(lambda: is_ready() or not self._is_running(), "the server answers")
        if not self._is_running():
            raise ServerDied(self.log)

    def _is_running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


def start(session: Session, directory: Path, *command: str | Path) -> Process:
    """Start a server that a keeper ends with the session."""
    subprocess.run(
        [
            sys.executable,
            "-I",
            keeper.__file__,
            directory,
            session.alive,
            unprivileged_user(),
            *command,
        ],
        check=True,
    )
    process = Process(directory)
    wait_until((directory / "server.pid").exists, "the server's process is started")
    return process


def run(directory: Path, *command: str | Path) -> None:
    """Run one program to its end, as the user that the servers run as.

    Raises:
        ServerDied: it failed; the message holds what it wrote.
    """
    done = subprocess.run(
        [str(word) for word in command],
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **keeper.identity_of(unprivileged_user()),
    )
    if done.returncode:
        raise ServerDied(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def unprivileged_user() -> str:
    """Name the user to become; nobody if one is root, whom PostgreSQL refuses, else empty."""
    return "nobody" if os.geteuid() == 0 else ""


def give_away(directory: Path) -> None:
    """Let the user that the servers run as own a folder."""
    if user := unprivileged_user():
        shutil.chown(directory, user)


def reachable(session: Session, trees: tuple[Path, ...]) -> Path:
    """Return a folder holding the trees side by side that the servers' user can read.

    That is where they are already, unless one is root and they lie below a folder of root's own.
    """
    if not unprivileged_user() or is_open_to_all(trees[0]):
        return trees[0].parent
    copies = session.directory / "programs"
    with session.locked("programs"):
        copies.mkdir(mode=0o755, exist_ok=True)
        for tree in trees:
            if not (copies / tree.name).exists():
                shutil.copytree(tree, copies / tree.name)
    return copies
