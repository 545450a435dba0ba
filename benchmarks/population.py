"""A large population in contact: lived once per kind through the engine, then copied row by row.

Each kind of mentorship stands just before another of its timers: the first nudge, the second, the
escalation, or the end of the reply window. The rows that the engine wrote for one are written for
thousands, with ids, people and instants of their own, so that nothing about them is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.clock import START, TickingClock
from benchmarks.databases import Database, Row, SqliteDatabase
from benchmarks.tables import Table, tables
from mentorflow.engine.engine import Engine
from mentorflow.store.rows import instant_text

_NUMBER = "00000000"
"""Stands in people's names and keys for the number of the mentorship."""
_NOT_DUE = 0.25
"""Of a day: how long ago those began whose timers all lie ahead."""
_LATER = START + timedelta(days=400)
_VARIANTS = 20_011
"""At so many instants the mentorships of a kind were started, at most."""
_WINDOW = timedelta(hours=6)
"""Within which those became due that are."""
_FRESH_WINDOW = timedelta(days=2.5)
"""Within which the others began: as long as all four timers of a mentorship lie ahead."""
_SHARES = (("contact.reply_window", 0.1), ("contact.escalate", 0.2), ("contact.nudge_2", 0.2))
"""Of the due timers; the rest are first nudges. Who waits longest comes first, as the ids do."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a population is."""

    pending: int
    due: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """One mentorship as the engine wrote it, to be copied."""

    id: str
    rows: dict[str, list[Row]]
    shift: timedelta
    """From its instants to those of the first copy."""
    window: timedelta
    """From the instants of the first copy to those of the last."""

    @property
    def timers(self) -> int:
        return len(self.rows["mentorflow_timer"])


class Population:
    """Mentorships in contact, some with one timer that is due at `now`."""

    def __init__(self, size: Size, folder: Path, now: datetime = _LATER) -> None:
        self.now = now
        self._cohorts = list(_cohorts(size, folder, self.now))
        self.mentorships = sum(count for _, count in self._cohorts)
        self.pending = sum(kind.timers * count for kind, count in self._cohorts)

    def fill(self, database: Database) -> None:
        """Write the population into an empty database."""
        for table in tables():
            database.load(table, self._rows(table))
        database.settle()

    def _rows(self, table: Table) -> Iterator[Row]:
        first = 0
        for kind, count in self._cohorts:
            many = min(count, _VARIANTS)
            spans = [kind.shift + kind.window * number / many for number in range(many)]
            variants = [_moved(kind, table, span) for span in spans]
            for number in range(first, first + count):
                mentorship_id, name = str(_id(number)), f"{number:08d}"
                # Later ones of a kind were started later: in the order of their ids, as in life.
                for row in variants[(number - first) * many // count]:
                    yield tuple(
                        value.replace(kind.id, mentorship_id).replace(_NUMBER, name)
                        if type(value) is str
                        else value
                        for value in row
                    )
            first += count


def _cohorts(size: Size, folder: Path, now: datetime) -> Iterator[tuple[_Kind, int]]:
    pending = due = 0
    for timer, share in (*_SHARES, ("contact.nudge_1", 1.0)):
        count = round(size.due * share) if share < 1 else size.due - due
        kind = _lived(folder, timer, now)
        pending, due = pending + kind.timers * count, due + count
        yield kind, count
    fresh = _lived(folder, "", now)
    yield fresh, (size.pending - pending) // fresh.timers


def _lived(folder: Path, stops_at: str, now: datetime) -> _Kind:
    """Live one mentorship until a timer is the next one due."""
    database = SqliteDatabase(folder / f"kind-{stops_at or 'fresh'}.db")
    clock = TickingClock()
    with Engine(database.url, clock=clock, channels=()) as engine:
        started = engine.start(
            mentee=f"mentee-{_NUMBER}",
            mentors=[f"mentor-{_NUMBER}"],
            coordinator="coordinator-1",
            program="program-1",
            key=f"bench-{_NUMBER}",
        )
        engine.run_due()
        due_at = START
        while stops_at:
            timer = engine.upcoming(started.id)[0]
            assert timer.due_at is not None
            due_at = timer.due_at
            if timer.name == stops_at:
                break
            clock.pass_(due_at - clock.now())
            engine.run_due()
    # The due ones became due within the hours before now; the fresh ones began a little earlier.
    window = _WINDOW if stops_at else _FRESH_WINDOW
    shift = now - window - (due_at if stops_at else START + timedelta(days=_NOT_DUE))
    rows = {table.name: list(database.rows(table, [started.id]).values()) for table in tables()}
    return _Kind(started.id, rows, shift, window)


def _moved(kind: _Kind, table: Table, span: timedelta) -> list[Row]:
    """Return a kind's rows of a table with instants that are later by a span."""
    instants = set(table.instants)
    return [
        tuple(
            _later(value, span) if place in instants and value is not None else value
            for place, value in enumerate(row)
        )
        for row in kind.rows[table.name]
    ]


def _later(text: Any, span: timedelta) -> str:
    return instant_text(datetime.fromisoformat(text) + span)


def _id(number: int) -> UUID:
    """Return a UUID of version 7 that sorts by its number."""
    milliseconds = 1_700_000_000_000 + number * 7
    scattered = number * 0x9E3779B97F4A7C15 % (1 << 62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (number % 4096) << 64 | 0x2 << 62 | scattered)
