"""The supervisor: starts a worker's processes, starts again those that die, and ends them all."""

import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from mentorflow_workers.duties import DutyName
from mentorflow_workers.heartbeat import PLACE
from mentorflow_workers.process import ENVIRONMENT
from mentorflow_workers.settings import Settings

log = logging.getLogger("mentorflow.worker")
_LOOK = 0.2
"""Seconds between two looks at the processes."""
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 10.0
_PROVEN = 30.0
"""Seconds after which a process has shown that it can run, so that its next death is a first."""
_AFTER_GRACE = timedelta(seconds=5)


@dataclass(slots=True)
class Part:
    """One process of the worker, through all its lives."""

    name: str
    place: str
    """What the part is known by outside, whichever process it is."""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait: float = _FIRST_WAIT
    start_again_at: float = 0.0
    deaths: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keep a worker's processes running until it is told to end."""

    settings: Settings
    parts: list[Part] = field(init=False)
    environment: dict[str, str] = field(default_factory=dict)
    """Of its processes, besides its own."""

    def __post_init__(self) -> None:
        worker = secrets.token_hex(4)
        self.parts = [
            Part(name, f"{worker}-{name}-{number}")
            for number, name in enumerate(_parts(self.settings))
        ]

    @property
    def deaths(self) -> int:
        """How many processes ended that were not told to."""
        return sum(part.deaths for part in self.parts)

    def run(self, *, is_asked_to_end: Callable[[], bool], rest: Callable[[float], object]) -> None:
        """Start the processes, and start again those that die; in the end, end them all."""
        try:
            while not is_asked_to_end():
                for part in self.parts:
                    self._look_after(part)
                rest(_LOOK)
        finally:
            self._end()

    def _look_after(self, part: Part) -> None:
        now = monotonic()
        if part.process is not None and part.process.poll() is not None:
            self._mourn(part, part.process.returncode, now)
        if part.process is None and now >= part.start_again_at:
            part.process, part.started_at = self._started(part), now

    def _started(self, part: Part) -> subprocess.Popen[bytes]:
        settings = {ENVIRONMENT: self.settings.model_dump_json(), PLACE: part.place}
        return subprocess.Popen(  # noqa: S603  # our own module, and a name of ours
            [sys.executable, "-m", "mentorflow_workers.process", part.name],
            stdin=subprocess.PIPE,  # its end tells the process that we are gone
            env={**os.environ, **self.environment, **settings},
        )

    def _mourn(self, part: Part, status: int, now: float) -> None:
        part.deaths += 1
        part.wait = _FIRST_WAIT if now - part.started_at > _PROVEN else part.wait
        log.warning("worker.died part=%s status=%d again_in=%.1fs", part.name, status, part.wait)
        _close(part)
        part.start_again_at = now + part.wait
        part.wait = min(part.wait * 2, _LONGEST_WAIT)

    def _end(self) -> None:
        running = [part for part in self.parts if part.process is not None]
        for part in running:
            assert part.process is not None
            part.process.terminate()
        until = monotonic() + (self.settings.grace + _AFTER_GRACE).total_seconds()
        for part in running:
            assert part.process is not None
            try:
                part.process.wait(max(until - monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                log.warning("worker.killed part=%s", part.name)
                part.process.kill()
                part.process.wait()
            _close(part)


def _parts(settings: Settings) -> Iterator[str]:
    if settings.duties_of("keeper"):
        yield "keeper"
    if settings.has(DutyName.CARRIER) and settings.redis is not None:
        yield from ("carrier" for _ in range(settings.processes))


def _close(part: Part) -> None:
    if part.process is not None and part.process.stdin is not None:
        part.process.stdin.close()
    part.process = None
