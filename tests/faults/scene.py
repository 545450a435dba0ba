"""The scene of a fault: a database and a queue, mentorships, workers, senders, ledgers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic
from typing import NamedTuple

import psutil

from faults import evidence, ledger, workflow
from faults.cast import Role, Started
from faults.evidence import Evidence
from faults.reckoning import STRANGE, Problem
from hearing import Ear, listening
from mentorflow import Engine, ManualClock
from mentorflow.clock import SystemClock
from mentorflow.engine.outside import NETWORKS
from mentorflow.engine.sealing import VARIABLE, new_key
from mentorflow.store.rows import instant
from servers.waiting import wait_until
from tables import rows

TESTS = Path(__file__).parents[1]
LEASE = 2.0
"""Seconds: short, so that what a dead process had begun is begun again within the run."""
_LOOK = 0.1
_PATIENCE = 150.0
_GROUPS = 40
_DUE = "SELECT count(*) FROM mentorflow_timer WHERE due_at <= {now}"
_PENDING = (
    "SELECT count(*) FROM mentorflow_effect AS e JOIN mentorflow_history AS h "
    "ON h.mentorship_id = e.mentorship_id AND h.revision = e.revision "
    "WHERE e.status = 'pending' AND h.at <= {now}"
)
_UNHEARD = (
    "SELECT count(*) FROM mentorflow_delivery AS d JOIN mentorflow_notice AS n ON n.id = d.notice "
    "WHERE d.status = 'pending' AND n.at <= {now}"
)


class Plan(NamedTuple):
    """How large a run is."""

    seconds: float
    mentorships: int
    chance: Random
    workers: int = 2
    """Of two carriers each."""


@dataclass
class Scene:
    """Processes on one database that go on in spite of everything."""

    url: str
    folder: Path
    plan: Plan
    cast: list[Started] = field(default_factory=list)
    kills: int = 0
    shown: dict[str, int] = field(default_factory=dict)
    """What shows that the fault took place: none of it may be zero."""
    ears: dict[str, Ear] = field(default_factory=dict)
    """Who listens at the endpoints, by their ordering."""
    secret_key: str = field(default_factory=new_key)
    caught_up: float | None = None
    """Seconds until all was done once the fault was over; None if it was not."""
    _stack: ExitStack = field(default_factory=ExitStack)

    def fill(self) -> None:
        """Start mentorships that begin one after the other in the course of the run."""
        evidence.install_audit(self.url)
        self._listen()
        now = SystemClock().now()
        count = max(self.plan.mentorships // _GROUPS, 1)
        ids: list[str] = []
        clock = ManualClock(now)
        with Engine(self.url, clock=clock, workflows=[workflow.pack], channels=[]) as engine:
            for group in range(_GROUPS):
                begins = now + timedelta(seconds=2 + self.plan.seconds * group / _GROUPS)
                clock.set(begins - timedelta(seconds=workflow.BEGIN_SECONDS))
                ids += engine.start_many([_START] * count)
        (self.folder / "mentorships").write_text("\n".join(ids))

    def _listen(self) -> None:
        """Have two endpoints hear of everything, one of them in order."""
        for ordering in ("strict", "best_effort"):
            ear = self.ears[ordering] = self._stack.enter_context(listening())
            add = (
                "webhooks",
                "add",
                ear.receiver.url,
                "--ordering",
                ordering,
                "--reason",
                "faults",
            )
            done = subprocess.run(
                [sys.executable, "-m", "mentorflow", *add, "--json"],
                env=self._environment(),
                stdout=subprocess.PIPE,
                check=True,
            )
            ear.receiver.secrets.append(json.loads(done.stdout)["secret"])

    def enter(self, role: Role, environment: Mapping[str, str] | None = None) -> Started:
        """Start a process, and start it again whenever it is gone."""
        started = Started(role, {**self._environment(), **(environment or {})}, self.folder)
        started.start()
        self.cast.append(started)
        return started

    def course(self, seconds: float) -> Iterator[float]:
        """Let time pass in small steps, looking after the cast; give the seconds that are left."""
        end = monotonic() + seconds
        pause = Event()
        while (left := end - monotonic()) > 0:
            for started in self.cast:
                started.start_if_gone()
            yield left
            pause.wait(min(_LOOK, left))

    def wait_until_ready(self) -> None:
        """Wait until the whole cast works."""
        wait_until(self._is_ready, "all processes work", seconds=_PATIENCE)

    def _is_ready(self) -> bool:
        for started in self.cast:
            started.start_if_gone()
        return all(started.is_ready for started in self.cast)

    def let_pass(self, seconds: float) -> None:
        """Let time pass, looking after the cast."""
        for _ in self.course(seconds):
            pass

    def parts(self, name: str) -> list[psutil.Process]:
        """Return the workers' processes of a kind: keeper or carrier."""
        return [part for started in self.cast for part in started.parts(name)]

    def kill(self, process: psutil.Process) -> None:
        """Kill a process as a crash would."""
        try:
            process.kill()
        except psutil.NoSuchProcess:
            return
        self.kills += 1

    def processes(self, kind: str) -> list[psutil.Process]:
        """Return the processes of a kind: supervisor, sender, keeper or carrier."""
        if kind in {"keeper", "carrier"}:
            return self.parts(kind)
        return [
            psutil.Process(started.process.pid)
            for started in self.cast
            if started.role.is_sender == (kind == "sender") and started.process.poll() is None
        ]

    def problems(self) -> Iterator[Problem]:
        """Return what is wrong with the run itself."""
        for what, count in self.shown.items():
            if not count:
                yield Problem(STRANGE, f"the fault did not take place: {what}: 0")
        for started in self.cast:
            for status in started.statuses:
                # A worker that cannot reach its database at its start says so and ends.
                if started.role.is_sender and status != -signal.SIGKILL:
                    yield Problem(STRANGE, f"{started.role.name} ended with status {status}")

    def said(self, words: str) -> int:
        """Return how often something stands in the logs of all processes."""
        return sum(log.read_text().count(words) for log in self.folder.glob("*.log"))

    def one(self, sql: str) -> int:
        """Return the one number a query finds."""
        return int(rows(self.url, sql)[0][0])

    def drained(self) -> Evidence:
        """End the senders, wait for what was to happen, end the workers; give the evidence."""
        self.wait_until_ready()
        for started in self.cast:
            if started.role.is_sender:
                started.end()
        horizon, began = self._now(), monotonic()
        try:
            wait_until(lambda: self._is_done(horizon), "all is done", seconds=_PATIENCE)
            self.caught_up = monotonic() - began
        except TimeoutError:
            self.caught_up = None  # what was waited for in vain is in the evidence
        for started in self.cast:
            started.ask_to_end()
        for started in self.cast:
            started.end()
        return evidence.gathered(self.url, self.folder, horizon, self.ears)

    def close(self) -> None:
        """Leave no process behind."""
        for started in self.cast:
            started.kill()
        self._stack.close()

    def _is_done(self, horizon: datetime) -> bool:
        for started in self.cast:
            if not started.is_ended:
                started.start_if_gone()
        now = f"'{horizon.isoformat(' ', 'microseconds')}'"
        return not any(self.one(sql.format(now=now)) for sql in (_DUE, _PENDING, _UNHEARD))

    def _now(self) -> datetime:
        if self.url.startswith("sqlite"):
            return SystemClock().now()
        return instant(rows(self.url, "SELECT clock_timestamp()")[0][0])

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "MENTORFLOW_DB": self.url,
            "MENTORFLOW_DEBUG": "1",
            VARIABLE: self.secret_key,
            NETWORKS: "127.0.0.0/8",
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(self.folder)]),
            ledger.FOLDER: str(self.folder),
        }


_START = {
    "mentee": "mentee-1",
    "mentors": ["mentor-1"],
    "coordinator": "coordinator-1",
    "program": "program-1",
    "workflow": workflow.NAME,
}
