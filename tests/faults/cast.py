"""The cast of a scene: workers and senders, each started again when it is gone."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_PATIENCE = 40.0


@dataclass(frozen=True, kw_only=True)
class Role:
    """A process as it is to be started."""

    name: str
    command: tuple[str, ...]
    ready: str
    """What it says to its log once it works."""
    parts: int = 1
    """How many of its processes say so."""
    is_sender: bool = False


def worker(name: str, redis: str, *, lease: float, processes: int = 2) -> Role:
    """Return the role of a whole worker: a supervisor, a keeper, carriers."""
    return Role(
        name=name,
        ready="worker.ready",
        parts=processes + 1,
        command=(
            *("-m", "mentorflow", "worker", "--redis", redis, "--app", "faults.app:engine"),
            *("--processes", str(processes), "--poll", "0.05", "--lease", str(lease)),
            *("--grace", "10"),
        ),
    )


def lone_worker(name: str, *, lease: float) -> Role:
    """Return the role of a worker on SQLite: a supervisor and a keeper that does everything."""
    options = ("--app", "faults.app:engine", "--poll", "0.05", "--lease", str(lease))
    return Role(name=name, command=("-m", "mentorflow", "worker", *options), ready="worker.ready")


def sender(name: str, url: str, folder: Path, *, pause: float) -> Role:
    """Return the role of a sender of events."""
    command = ("-m", "faults.sender", url, str(folder), name, str(pause))
    return Role(name=name, command=command, ready="sender.ready", is_sender=True)


class Started:
    """A role that is played, by one process after the other."""

    def __init__(self, role: Role, environment: Mapping[str, str], logs: Path) -> None:
        self.role = role
        self.is_ended = False
        self.statuses: list[int] = []
        """Those with which its processes ended before they were told to."""
        self._environment = environment
        self._logs = logs

    @property
    def log(self) -> Path:
        """What its present process writes to its standard error."""
        return self._logs / f"{self.role.name}-{len(self.statuses)}.log"

    @property
    def is_ready(self) -> bool:
        """Whether its present process works."""
        return self.log.read_text().count(self.role.ready) >= self.role.parts

    def start(self) -> None:
        """Start its process, in a session of its own: Ctrl-C is the program's, which ends all."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.role.command],
                stdin=subprocess.PIPE,  # its end tells a sender that we are gone
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )

    def start_if_gone(self) -> None:
        """Start it again, unless it runs or was told to end."""
        if not self.is_ended and self.process.poll() is not None:
            self.statuses.append(self.process.returncode)
            self._close()
            self.start()

    def parts(self, name: str) -> list[psutil.Process]:
        """Return its children that do a part of a worker: keeper or carrier."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if _part_of(child) == name]
        return []

    def ask_to_end(self) -> None:
        """Tell it to end, as an operator does."""
        if not self.is_ended:
            self.is_ended = True
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Tell it to end, and wait for that."""
        self.ask_to_end()
        self.process.wait(_PATIENCE)
        self._close()

    def kill(self) -> None:
        """End it and its children at once."""
        self.is_ended = True
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.kill()
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            psutil.wait_procs(children, timeout=_PATIENCE)
        self.process.wait()
        self._close()

    def _close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()


def _part_of(process: psutil.Process) -> str | None:
    try:
        return process.cmdline()[-1]
    except (psutil.Error, IndexError):
        return None  # dead by now
