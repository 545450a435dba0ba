"""Setting timings, and what sending events costs once a thousand of them are set in all layers."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import make_url

from benchmarks.clock import TickingClock
from benchmarks.databases import Database, SqliteDatabase, connected, conninfo, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.lives import Lives
from benchmarks.send import send_all
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.engine.engine import Engine

WANTED = 20
"""Milliseconds for setting one."""
_REPEATS = 9
_SETS = (
    ("active.no_next_meeting", 5, 50),
    ("active.support_contact", 20, 90),
    ("rapport.support_contact_2", 20, 40),
)
"""Timings, and between how many days values of them are set."""
_WRITES = (
    "UPDATE mentorflow_revision SET revision = revision + 1",
    """
    INSERT INTO mentorflow_override VALUES ('w', 't', 'program', '{n}', '3d', {n})
    ON CONFLICT (workflow, timing, scope, subject) DO UPDATE SET value = excluded.value
    """,
    """
    INSERT INTO mentorflow_timing_change VALUES
        ({n}, 0, '2025-03-03 09:00:00.000000+00:00', 'o', 'why', 'w', 't', 'program', '{n}', NULL,
         '3d', NULL)
    """,
)


def set_one(*, times: int) -> Figure:
    """Measure setting one timing beside the same rows written by hand, where that takes longer."""
    found = {kind: _set_on(kind, times) for kind in ("sqlite", "postgresql")}
    notes = [
        f"{kind}: {_milliseconds(rounds.ours):.1f} ms (must stay below {WANTED}), "
        f"{_milliseconds(rounds.floor):.1f} ms for the floor"
        for kind, rounds in found.items()
    ]
    slower = max(found.values(), key=lambda rounds: _milliseconds(rounds.ours))
    return slower.times("timings.set", "ms", 1000, notes)


def send_cost(kind: str, *, mentorships: int, overrides: int) -> Figure:
    """Measure sending with many timings set, beside sending without."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as bare:
        layered = bare.copy("layered")
        clock = TickingClock()
        rounds = Rounds()
        with (
            Engine(bare.url, clock=clock, channels=()) as without,
            Engine(layered.url, clock=clock, channels=()) as within,
        ):
            lives, layered_lives = Lives(without, mentorships), Lives(within, mentorships)
            for number in range(overrides):
                _set(within, number, layered_lives.ids)
            for _ in range(1 + _REPEATS):
                clock.pass_(timedelta(hours=1))
                ours = send_all(within, layered_lives.next_events())
                rounds.add(ours=ours, floor=send_all(without, lives.next_events()))
    rounds.drop_first()
    notes = [
        bare.durability,
        f"{overrides:,} timings set for persons, mentorships, programs and all; the floor has none",
    ]
    return rounds.rates(f"timings.send_cost.{kind}", "events/s", mentorships, notes)


def _milliseconds(side: Sequence[Took]) -> float:
    return median(took.wall for took in side) * 1000


def _set(engine: Engine, number: int, ids: list[str]) -> None:
    """Set one of many timings, in a layer and for a subject of its own."""
    timing, least, most = _SETS[number % len(_SETS)]
    value, subject = f"{least + number % (most - least)}d", number // 4
    engine.timings.set(
        timing,
        value,
        reason="measuring",
        person=f"mentor-{subject}" if number % 4 == 0 else None,
        mentorship=ids[subject % len(ids)] if number % 4 == 1 else None,
        program=f"program-{1 + subject}" if number % 4 == 2 else None,
    )


def _set_on(kind: str, times: int) -> Rounds:
    rounds = Rounds()
    with (
        tempfile.TemporaryDirectory() as folder,
        databases(kind, Path(folder)) as ours,
        _writing(ours.copy("floor")) as write,
        Engine(ours.url, clock=TickingClock(), channels=()) as engine,
    ):
        ids = Lives(engine, times).ids
        for number in range(1 + times):
            with Stopwatch() as watch:
                _set(engine, number, ids)
            rounds.add(ours=watch.took, floor=write(number))
    rounds.drop_first()
    return rounds


@contextmanager
def _writing(floor: Database) -> Iterator[Callable[[int], Took]]:
    """Lend what writes an override and its history by hand, and commits."""
    with _connected(floor) as execute:

        def write(number: int) -> Took:
            with Stopwatch() as watch:
                execute("BEGIN")
                for statement in _WRITES:
                    execute(statement.format(n=number))
                execute("COMMIT")
            return watch.took

        yield write


@contextmanager
def _connected(floor: Database) -> Iterator[Callable[[str], object]]:
    if isinstance(floor, SqliteDatabase):
        with connected(floor.file) as file:
            yield file.execute
    else:
        with psycopg.connect(conninfo(make_url(floor.url)), autocommit=True) as server:
            yield lambda statement: server.execute(statement.encode())
