"""Moving many timers at once, set-based: what would move, what it does, moving and undoing it.

What would move is found once in a transaction and looked at from several sides, in a table that
is gone with the transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Comes before the id of every mentorship."""


class MoveCounts(NamedTuple):
    """How many timers a plan moves."""

    moved: int
    """Those whose due instant, or what is left of it, changes."""
    earlier: int
    later: int
    suspended: int
    """Those that stand still: what is left of them changes."""
    overdue: int
    """Those that would be due at once."""
    listed: int
    """All that follow another value from then on, though some are due as before."""
    mentorships: int


class Asked(NamedTuple):
    """What is to be found: which timers follow another value than they should."""

    workflow: str
    affected: Sequence[Row]
    """(timing, default, path of the fact that overrides it)."""
    proposed: Sequence[Row]
    """(timing, scope, subject, value, seconds)."""
    calendars: Sequence[Row]
    """(program, calendar)."""
    spans: Sequence[Row]
    """(version, timer, value, calendar, day, since, until, seconds, due_at, role)."""


class PlanState(NamedTuple):
    """How far a plan has come."""

    id: str
    workflow: str
    status: str
    changes: list[dict[str, Any]]
    by: str | None
    reason: str
    listed: int
    done: int
    place: str | None
    begun_at: datetime
    ended_at: datetime | None


class Moves:
    """The timers a plan would move, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        transaction.run("drop_moves")
        transaction.run("make_moves")

    def drop(self) -> None:
        """Forget them before the transaction does."""
        self._transaction.run("drop_moves")

    def find(self, asked: Asked) -> None:
        """Find the timers anew."""
        self._transaction.run("empty_moves")
        spans = [
            (*row[:5], _text(row[5]), _text(row[6]), row[7], _text(row[8]), row[9])
            for row in asked.spans
        ]
        tables = (asked.affected, asked.proposed, asked.calendars, spans)
        self._transaction.run("find_moves", *map(encoded, tables), asked.workflow)

    def missing(self) -> list[tuple[str, str]]:
        """Return timings and values that no span was given for."""
        return [(row[0], row[1]) for row in self._transaction.read("missing_spans")]

    def suspended(self) -> list[Row]:
        """Return those that stand still: (id, name, instance, anchor, from, to, left, program)."""
        return self._transaction.read("suspended_moves")

    def put_remaining(self, rows: Sequence[Row]) -> None:
        """Set what is left of those that stand still: (seconds, id, name, instance)."""
        if rows:
            self._transaction.write("settle_remaining", rows)

    def counts(self, now: datetime) -> MoveCounts:
        """Return how many there are."""
        (found,) = self._transaction.read("count_moves", self._transaction.instant(now))
        return MoveCounts(*(many or 0 for many in found))

    def by_days(self) -> dict[int, int]:
        """Return how many move by how many whole days; those below nought become earlier."""
        return dict(self._transaction.read("moves_by_days"))

    def due_by_day(self, until: datetime) -> list[tuple[str, str, str, int]]:
        """Return (what, timer, day, how many) of what stands, leaves and comes by an instant."""
        bound = self._transaction.instant(until)
        return self._transaction.read("due_by_day", bound, bound, bound)

    def peak(self, since: datetime, until: datetime) -> tuple[datetime, int] | None:
        """Return the minute with most timers due, and how many."""
        bounds = (self._transaction.instant(since), self._transaction.instant(until))
        found = self._transaction.read("peak_minute", *bounds, *bounds, *bounds)
        if not found:
            return None
        minute = found[0][0]
        return instant(f"{minute}:00+00:00" if isinstance(minute, str) else minute), found[0][1]

    def worst_people(self, roles: Sequence[Row], until: datetime) -> list[tuple[str, int, int]]:
        """Return the ten persons written to most, with how often before and after."""
        bound = self._transaction.instant(until)
        return self._transaction.read("worst_people", encoded(roles), bound, bound, bound)

    def expiring(self, names: Iterable[str], now: datetime) -> list[str]:
        """Return the mentorships that a timer of these names would end at once."""
        bound = self._transaction.instant(now)
        return [row[0] for row in self._transaction.read("expiring", bound, encoded([*names]))]

    def overdue(self, now: datetime) -> list[Row]:
        """Return those due at once, in the order in which they would have been due.

        Each is (id, name, instance, anchor, program, time zone, quiet since, quiet until), the
        last three of its recipient.
        """
        return self._transaction.read("overdue_moves", self._transaction.instant(now))

    def put_due(self, rows: Iterable[tuple[datetime, str, str, str]]) -> None:
        """Give timers other due instants: (due, id, name, instance)."""
        found = [(self._transaction.instant(due), *key) for due, *key in rows]
        if found:
            self._transaction.write("spread_move", found)

    def list(self, plan: str) -> None:
        """Write down where they are and where a plan moves them."""
        self._transaction.run("list_moves", plan)


def next_place(transaction: Transaction, plan: str, after: str, *, most: int) -> str | None:
    """Return the last of the mentorships whose timers come next in a plan."""
    (found,) = transaction.read("next_place", plan, after, most)
    return None if found[0] is None else str(found[0])


def move(transaction: Transaction, name: str, plan: str, *, after: str, upto: str) -> int:
    """Move the timers of some mentorships, or move them back; return how many."""
    transaction.lock_planned(plan, after, upto)
    return transaction.run(name, plan, after, upto)


def insert_plan(transaction: Transaction, plan: PlanState) -> None:
    """Write down that a plan is begun."""
    transaction.run(
        "insert_plan",
        plan.id,
        plan.workflow,
        encoded(plan.changes),
        plan.by,
        plan.reason,
        transaction.instant(plan.begun_at),
        plan.listed,
    )


def put_plan(transaction: Transaction, plan: PlanState) -> None:
    """Write down how far a plan has come."""
    ended_at = None if plan.ended_at is None else transaction.instant(plan.ended_at)
    values = (plan.status, plan.place, plan.listed, plan.done, ended_at, plan.id)
    transaction.run("advance_plan", *values)


def lock_plan(transaction: Transaction, plan: str) -> PlanState | None:
    """Return how far a plan has come, and let nobody else take it further."""
    found = transaction.read("lock_plan", plan)
    if not found:
        return None
    row = found[0]
    ended_at = None if row[10] is None else instant(row[10])
    return PlanState(
        id=row[0],
        workflow=row[1],
        status=row[2],
        changes=decoded(row[3]),
        by=row[4],
        reason=row[5],
        listed=row[6],
        done=row[7],
        place=row[8],
        begun_at=instant(row[9]),
        ended_at=ended_at,
    )


def unfinished_plan(transaction: Transaction, workflow: str) -> str | None:
    """Return a plan of a workflow that is under way."""
    found = transaction.read("unfinished_plan", workflow)
    return found[0][0] if found else None


def left_by(transaction: Transaction, plan: str, *, most: int) -> list[Row]:
    """Return timers that are not where a plan found them: (id, name, instance, is pending)."""
    return transaction.read("left_by_plan", plan, most)


def _text(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "microseconds")
