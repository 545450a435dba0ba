"""A worker's processes on a PostgreSQL and a Redis of the test's own, with work that waits."""

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from integration.cli.program import Program
from integration.cli.seed import start
from mentorflow import Engine
from servers.waiting import wait_until
from tables import rows

_SENT = re.compile(r"message\.sent effect=(\S+)")
_PENDING = "SELECT count(*) FROM mentorflow_effect WHERE status = 'pending'"
_DUE = "SELECT count(*) FROM mentorflow_timer WHERE due_at <= now()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """A worker that runs."""

    process: subprocess.Popen[bytes]
    log: Path

    def parts(self, name: str) -> list[psutil.Process]:
        """Return its processes of a part: keeper or carrier."""
        children = psutil.Process(self.process.pid).children()
        return [one for one in children if _part_of(one) == name]

    def wait_until_ready(self, carriers: int) -> None:
        """Wait until all of its processes work."""
        wait_until(
            lambda: self.log.read_text().count("worker.ready") > carriers, "the worker is ready"
        )

    def end(self) -> int:
        """Tell it to end, as an operator does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def _part_of(process: psutil.Process) -> str | None:
    try:
        return process.cmdline()[-1]
    except (psutil.Error, IndexError):
        return None  # dead by now


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A database and a queue, and the program that works on them."""

    program: Program
    log: Path

    @property
    def db(self) -> str:
        """The address of the database."""
        return self.program.db

    @contextmanager
    def working(self, *arguments: str) -> Iterator[Working]:
        """Run a worker."""
        with (
            self.log.open("ab") as log,
            self.program.started(
                "worker", "--poll", "0.05", *arguments, stdout=subprocess.DEVNULL, stderr=log
            ) as process,
        ):
            yield Working(process=process, log=self.log)

    def start(self, count: int) -> list[str]:
        """Start mentorships a month ago, whose timers are due by now; return their ids."""
        return list(start(self.db, count).values())

    def wait_until_all_is_done(self, *, seconds: float = 30.0) -> None:
        """Wait until no timer is due and no effect is pending."""
        wait_until(
            lambda: not self.count(_DUE) and not self.count(_PENDING),
            "all is done",
            seconds=seconds,
        )

    def count(self, sql: str) -> int:
        """Return the one number a query finds."""
        return int(rows(self.db, sql)[0][0])

    def deliveries(self) -> Counter[str]:
        """Return how often each message was delivered, by the id of its effect."""
        return Counter(_SENT.findall(self.log.read_text()))

    def messages(self) -> set[str]:
        """Return the ids of the effects that are messages."""
        sql = (
            "SELECT mentorship_id || '-' || revision || ':' || position FROM mentorflow_effect "
            "WHERE kind IN ('notify', 'escalate')"
        )
        return {str(row[0]) for row in rows(self.db, sql)}

    def fired(self, ids: list[str]) -> Counter[str]:
        """Return how often each timer of these mentorships fired, by mentorship and name."""
        with Engine(self.db, channels=[]) as engine:
            return Counter(
                f"{id_} {entry.data['timer']}"
                for id_ in ids
                for entry in engine.history(id_)
                if "timer" in entry.data
            )


@pytest.fixture
def site(postgres_url: str, redis_url: str, tmp_path: Path) -> Site:
    """A site whose log tells every delivery."""
    environment = {"MENTORFLOW_REDIS": redis_url, "MENTORFLOW_DEBUG": "1"}
    log = tmp_path / "worker.log"
    log.touch()
    return Site(program=Program(db=postgres_url, folder=tmp_path, environment=environment), log=log)


@pytest.fixture
def ledger_holds(site: Site) -> Callable[[list[str]], None]:
    """Check that nothing was lost, and nothing decided twice."""

    def check(ids: list[str]) -> None:
        fired = site.fired(ids)
        assert set(fired.values()) == {1}, "a timer fired twice"
        assert {id_ for id_ in ids if f"{id_} contact.reply_window" in fired} == set(ids)
        statuses = rows(site.db, "SELECT DISTINCT status FROM mentorflow_effect")
        assert statuses == [("done",)]
        assert set(site.deliveries()) == site.messages()

    return check
