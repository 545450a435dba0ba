"""Moving many timers at once, set-based: what a plan has listed, moving and undoing it.

A plan lists what would move (`moves`) in its table, range by range.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.store.ranges import Range
from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction


class MoveCounts(NamedTuple):
    """How many timers a plan moves; instants are told apart by their minutes."""

    moved: int
    """Those whose due instant, or what is left of it, changes."""
    earlier: int
    later: int
    suspended: int
    """Those that stand still: what is left of them changes."""
    overdue: int
    """Those that would be due at once."""
    listed: int
    """All that are written anew; some of them follow another value and are due as before."""
    mentorships: int


NONE = MoveCounts(0, 0, 0, 0, 0, 0, 0)


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
    rules: dict[str, Any] | None
    """Of one that counts anew: by which calendar rules it was before, and is by it."""


def count_listed(transaction: Transaction, plan: str, some: Range, now: datetime) -> MoveCounts:
    """Count what is listed of a plan in a range, of those that stand still as if none moved."""
    at = transaction.instant(now)
    ((earlier, later, *rest),) = transaction.read("count_listed", at, plan, *some)
    moved = (earlier or 0) + (later or 0)
    return MoveCounts(moved, *(many or 0 for many in (earlier, later, *rest)))


def settle_listed(transaction: Transaction, plan: str, rows: Iterable[Row]) -> None:
    """Set what is left of those that stand still: (seconds, id, name, instance)."""
    found = [(left, plan, *key) for left, *key in rows]
    if found:
        transaction.write("settle_listed", found)


def overdue_listed(
    transaction: Transaction, plan: str, roles: Sequence[Row], now: datetime
) -> list[Row]:
    """Return those a plan makes due at once, in the order in which they would have been due.

    Each is (id, name, instance, anchor, program, time zone, quiet since, quiet until), the last
    three of its recipient; the roles are (name of the timer, role).
    """
    values = (encoded(roles), plan, transaction.instant(now))
    return transaction.read("overdue_listed", *values)


def spread_listed(
    transaction: Transaction, plan: str, rows: Iterable[tuple[datetime, str, str, str]]
) -> None:
    """Give listed timers other due instants: (due, id, name, instance)."""
    found = [(transaction.instant(due), plan, *key) for due, *key in rows]
    if found:
        transaction.write("spread_listed", found)


def forget_listed(transaction: Transaction, plan: str, some: Range) -> None:
    """Forget what was listed for a plan."""
    transaction.run("forget_listed", plan, *some)


def stray_plans(transaction: Transaction, before: str) -> Sequence[str]:
    """Return plans with ids below one that were listed and never begun."""
    return [row[0] for row in transaction.read("stray_plans", before)]


def move(transaction: Transaction, name: str, plan: str, some: Range) -> int:
    """Move the timers of some mentorships, or move them back; return how many."""
    transaction.lock_planned(plan, *some)
    return transaction.run(name, plan, *some)


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
        None if plan.rules is None else encoded(plan.rules),
    )


def put_plan(transaction: Transaction, plan: PlanState) -> None:
    """Write down how far a plan has come."""
    ended_at = None if plan.ended_at is None else transaction.instant(plan.ended_at)
    values = (plan.status, plan.place, plan.listed, plan.done, ended_at, plan.id)
    transaction.run("advance_plan", *values)


def lock_plan(transaction: Transaction, plan: str) -> PlanState | None:
    """Return how far a plan has come, and let nobody else take it further."""
    found = transaction.read("lock_plan", plan)
    return _state_of(found[0]) if found else None


def unfinished_plan(transaction: Transaction, workflow: str) -> PlanState | None:
    """Return the plan of a workflow that is under way, and lock nothing."""
    found = transaction.read("unfinished_plan", workflow)
    return _state_of(found[0]) if found else None


def _state_of(row: Row) -> PlanState:
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
        rules=None if row[11] is None else decoded(row[11]),
    )


def left_by(transaction: Transaction, plan: str, *, most: int) -> list[Row]:
    """Return timers that are not where a plan found them: (id, name, instance, is pending)."""
    return transaction.read("left_by_plan", plan, most)
