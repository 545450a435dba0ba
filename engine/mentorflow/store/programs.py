"""Programs in the store: what was said of each, their timers that were set aside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

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


def changed_programs(transaction: Transaction, *, after: int) -> list[StoredProgram]:
    """Return the programs of which something was said after a revision."""
    return [_program(row) for row in transaction.read("select_programs", after)]


def programs_after(transaction: Transaction, name: str, *, limit: int) -> list[StoredProgram]:
    """Return programs in the order of their names."""
    return [_program(row) for row in transaction.read("list_programs", name, limit)]


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
