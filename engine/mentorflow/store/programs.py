"""Programs in the store: what was said of each, their timers that were set aside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core.mentorship import Timer
from mentorflow.core.override import TimingChange
from mentorflow.store import operating
from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction


class StoredProgram(NamedTuple):
    """What operators have said of a program."""

    id: str
    calendar: Mapping[str, Any] | None
    """How it counts its days; None where it counts as its workflow does."""
    frozen_at: datetime | None
    """Since when its timers do not fire."""
    frozen_by: str | None
    frozen_because: str | None
    changed_at: datetime
    revision: int


class SetAside(NamedTuple):
    """A timer that came due while its program was frozen."""

    mentorship_id: str
    name: str
    instance: str
    anchor_at: datetime


def changed_programs(transaction: Transaction, *, after: int) -> list[StoredProgram]:
    """Return the programs of which something was said after a revision."""
    return [_program(row) for row in transaction.read("select_programs", after)]


def program_named(transaction: Transaction, name: str) -> StoredProgram | None:
    """Return what was said of a program, if anything was."""
    return next(map(_program, transaction.read("select_program", name)), None)


def put_program(
    transaction: Transaction, program: StoredProgram, changes: Sequence[TimingChange]
) -> None:
    """Write down what is said of a program, who said it and why."""
    at = transaction.instant
    row = (
        program.id,
        None if program.calendar is None else encoded(program.calendar),
        None if program.frozen_at is None else at(program.frozen_at),
        program.frozen_by,
        program.frozen_because,
        at(program.changed_at),
        program.revision,
    )
    transaction.write("put_program", [row])
    rows = [operating.change_row(change, at) for change in changes]
    transaction.write("insert_timing_change", rows)


def set_aside(transaction: Transaction, timers: Iterable[tuple[str, Timer]]) -> None:
    """Set due timers of frozen programs aside: they are due no more, until these go on."""
    rows = [(_mark(timer), id_, *timer.key) for id_, timer in timers]
    if rows:
        transaction.write("set_aside", rows)


def count_aside(transaction: Transaction, program: str) -> int:
    """Return how many timers of a program are set aside."""
    return int(transaction.read("count_aside", program)[0][0])


def list_aside(transaction: Transaction, program: str, *, most: int) -> list[SetAside]:
    """Return timers of a program that are set aside, those that came due first."""
    found = transaction.read("list_aside", program, most)
    return [SetAside(id_, name, one, instant(at)) for id_, name, one, at in found]


def take_up(transaction: Transaction, timers: Sequence[tuple[datetime, SetAside]]) -> None:
    """Give timers that were set aside the instants at which they are due, under their locks."""
    transaction.lock_many(sorted({timer.mentorship_id for _, timer in timers}))
    rows = [(transaction.instant(due), *timer[:3]) for due, timer in timers]
    transaction.write("take_up", rows)


def _mark(timer: Timer) -> float:
    """Return what tells that a timer is set aside, and when it came due."""
    return -max(timer.due_at.timestamp(), 1.0) if timer.due_at is not None else -1.0


def _program(row: Row) -> StoredProgram:
    id_, calendar, frozen_at, frozen_by, because, changed_at, revision = row
    return StoredProgram(
        id=id_,
        calendar=None if calendar is None else decoded(calendar),
        frozen_at=None if frozen_at is None else instant(frozen_at),
        frozen_by=frozen_by,
        frozen_because=because,
        changed_at=instant(changed_at),
        revision=revision,
    )
