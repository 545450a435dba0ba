"""The herd: timers that are all due at one instant, beside a million that wait.

Two real workers stand ready; the database itself says when each decision was committed
(`track_commit_timestamp`), so that nobody has to watch. The floor writes the same rows set-based,
and pgqueuer takes as many jobs that do nothing with as many processes.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from threading import Event

from benchmarks.changes import changes, require_equal
from benchmarks.databases import PostgresqlDatabase, Row, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.floors import floor_on
from benchmarks.peers import pgqueuer
from benchmarks.population import Population, Size
from benchmarks.queues import redis_server
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.engine.timekeeper import BATCH

WORKERS = 2
WANTED_P99 = 2000
"""Milliseconds."""
_AHEAD = timedelta(seconds=3)
"""How long before the instant everybody is told of it."""
_FAR = datetime(2100, 1, 1, tzinfo=UTC)
"""When those are due, meanwhile, whose turn has not come."""
_LOOK = 0.02
_KEPT = {"track_commit_timestamp": "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Herd:
    """How many timers are due at once, how many wait beside them, and how often that is done."""

    due: int
    pending: int
    repeats: int


@dataclass(slots=True)
class _Run:
    """What was measured: seconds after the instant, of each decision of each repeat."""

    ours: list[Sequence[float]] = field(default_factory=list)
    floor: list[Sequence[float]] = field(default_factory=list)
    peer: list[Sequence[float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def rounds(self, beside: Sequence[Sequence[float]]) -> Rounds:
        """Return how long each repeat took until the last one was committed."""
        made = Rounds()
        for ours, other in zip(self.ours, beside, strict=True):
            made.add(ours=Took(max(ours)), floor=Took(max(other)))
        return made


def drain(herd: Herd) -> Figure:
    """Measure how quickly the herd is decided and committed, beside the set-based floor."""
    run = _run(herd)
    return run.rounds(run.floor).rates("herd.drain", "timers/s", herd.due, run.notes)


def lateness(herd: Herd) -> Figure:
    """Measure how late the 99th of a hundred is committed, beside the set-based floor."""
    run = _run(herd)
    rounds = Rounds()
    for ours, floor in zip(run.ours, run.floor, strict=True):
        rounds.add(ours=Took(_p99(ours)), floor=Took(_p99(floor)))
    late = [seconds for some in run.ours for seconds in some]
    notes = [
        "p99 of the time from the instant to the commit, which the database tells",
        (
            f"all repeats: p50 {median(late) * 1000:.0f} ms, p99 {_p99(late) * 1000:.0f} ms "
            f"(wanted: < {WANTED_P99}), at most {max(late) * 1000:.0f} ms"
        ),
    ]
    return rounds.times("herd.lateness", "ms", 1000, notes)


def peer(herd: Herd) -> Figure:
    """Measure the same beside pgqueuer, whose jobs do nothing."""
    run = _run(herd)
    notes = [
        f"beside: {pgqueuer.described()}, {WORKERS} processes, nothing else pending",
        f"until the last: {_seconds(run.ours)} s, pgqueuer {_seconds(run.peer)} s",
    ]
    return run.rounds(run.peer).rates("herd.pgqueuer", "timers/s", herd.due, notes)


@cache
def _run(herd: Herd) -> _Run:
    """Measure once for all figures."""
    run = _Run()
    with (
        tempfile.TemporaryDirectory() as folder,
        databases("postgresql", Path(folder), **_KEPT) as ours,
        redis_server() as redis,
    ):
        assert isinstance(ours, PostgresqlDatabase)
        due = herd.due * (1 + herd.repeats)
        population = Population(Size(herd.pending + due, due), Path(folder), datetime.now(UTC))
        population.fill(ours)
        _put_off(ours, population.now, due)
        floor_database = ours.copy("floor")
        queue = PostgresqlDatabase(ours.address.set(database="queue"))
        pgqueuer.install(queue)
        run.notes = [
            (
                f"{ours.durability}; {herd.due:,} due at once, "
                f"{population.pending - due:,} more pending"
            ),
            f"{WORKERS} workers (`mentorflow worker --duties timekeeper`); the floor is one client",
        ]
        for _ in range(1 + herd.repeats):
            _repeat(run, herd.due, ours, floor_database, redis)
            run.peer.append(_peer(queue, herd.due))
    for measured in (run.ours, run.floor, run.peer):
        del measured[0]  # it warmed everything up
    return run


def _put_off(database: PostgresqlDatabase, until: datetime, due: int) -> None:
    found = database.query(
        "UPDATE mentorflow_timer SET due_at = ? WHERE due_at <= ? RETURNING 1", (_FAR, until)
    )
    assert len(found) == due
    database.settle()


def _repeat(
    run: _Run, due: int, ours: PostgresqlDatabase, floor_database: PostgresqlDatabase, redis: str
) -> None:
    found = ours.query(
        "SELECT mentorship_id FROM mentorflow_timer WHERE due_at = ? "
        "ORDER BY md5(mentorship_id::text) LIMIT ?",
        (_FAR, due),
    )
    ids = [row[0] for row in found]
    with _working(ours, redis):
        at = _now(ours) + _AHEAD
        _set_due(ours, ids, at)
        while _now(ours) < at or ours.query(
            "SELECT 1 FROM mentorflow_timer WHERE due_at = ? LIMIT 1", (at,)
        ):
            Event().wait(_LOOK)
    assert sorted(ids) == ours.touched_since(at)
    run.ours.append(_committed(ours, at, at, due))
    _set_due(floor_database, ids, at)
    written = changes(ours, floor_database, ids)
    floor = floor_on(floor_database)
    ordered = [row[0] for row in _in_turn(floor_database, at)]
    prepared = [
        (len(some), floor.prepare_many(written, some))
        for some in (ordered[start : start + BATCH] for start in range(0, due, BATCH))
    ]
    with Stopwatch():
        began = _now(floor_database)
        for count, statements in prepared:
            floor.write_due(at, count, statements)
    floor.close()
    require_equal(ours, floor_database, ids)
    run.floor.append(_committed(floor_database, at, began, due))


@contextmanager
def _working(database: PostgresqlDatabase, redis: str) -> Iterator[None]:
    """Run workers that keep the time and do nothing else."""
    command = [sys.executable, "-m", "mentorflow", "worker", "--duties", "timekeeper"]
    with ExitStack() as stack:
        for _ in range(WORKERS):
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, "--db", database.url, "--redis", redis],
                    env=os.environ | {"MENTORFLOW_DEBUG": "1"},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.terminate)
            assert process.stderr is not None
            while "worker.ready" not in (line := process.stderr.readline()):
                assert line, "the worker ended"
        yield


def _set_due(database: PostgresqlDatabase, ids: Sequence[str], at: datetime) -> None:
    found = database.query(
        "UPDATE mentorflow_timer SET due_at = ? "
        "WHERE mentorship_id = ANY(?::uuid[]) AND due_at = ? RETURNING 1",
        (at, list(ids), _FAR),
    )
    assert len(found) == len(ids)


def _in_turn(database: PostgresqlDatabase, at: datetime) -> list[Row]:
    return database.query(
        "SELECT mentorship_id FROM mentorflow_timer WHERE due_at <= ? ORDER BY due_at", (at,)
    )


def _committed(
    database: PostgresqlDatabase, at: datetime, began: datetime, due: int
) -> list[float]:
    """Return the seconds from a beginning to the commit of each decision since an instant."""
    found = database.query(
        "SELECT extract(epoch FROM pg_xact_commit_timestamp(h.xmin) - ?)::float8 "
        "FROM mentorflow_mentorship AS m "
        "JOIN mentorflow_history AS h ON h.mentorship_id = m.id AND h.revision = m.revision "
        "WHERE m.updated_at >= ? ORDER BY 1",
        (began, at),
    )
    assert len(found) == due, len(found)
    return [row[0] for row in found]


def _peer(queue: PostgresqlDatabase, due: int) -> list[float]:
    with pgqueuer.taking(queue, WORKERS):
        at = pgqueuer.defer(queue, due, _AHEAD)
        return pgqueuer.committed(queue, at, due)


def _now(database: PostgresqlDatabase) -> datetime:
    ((now,),) = database.query("SELECT clock_timestamp()")
    return now  # type: ignore[no-any-return]  # a row's values are what the column holds


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


def _seconds(repeats: Sequence[Sequence[float]]) -> str:
    return f"{median(max(some) for some in repeats):.2f}"
