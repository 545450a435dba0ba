"""Moving many timers at once, set-based: what would move, what it does, moving and undoing it.

What would move is worked out by one part that all statements begin with. A preview reads what it
comes to and writes nothing; a plan lists it in its table, range by range.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Comes before the id of every mentorship."""


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
    """All that follow another value from then on, though some are due as before."""
    mentorships: int


NONE = MoveCounts(0, 0, 0, 0, 0, 0, 0)


class Way(NamedTuple):
    """What a timer of a version follows in a place, by one of its timings."""

    version: int
    timer: str
    timing: str
    place: str
    """A program that is not like the others, or none."""
    number: int
    """Of the timer, over all versions."""
    value: str | None
    """None where nothing is asked about its timing: it stays as it is."""
    scope: str | None
    seconds: float | None
    """What is added to every anchor; None where it depends on the anchor."""
    fact: str | None
    """The path of what pairs agree on."""
    calendar: str
    messages: int
    """How many it leads to, ten bits for each role."""
    recounts: bool
    """Whether it moves also where its value stays and only the calendar has it due elsewhere."""
    anchor: str | None
    """The anchor of its rule, where that is a date whose beginning is to be looked up anew."""
    zone: str | None
    """In which it begins."""
    date: str | None
    """Its path among the facts."""


class Theirs(NamedTuple):
    """A value that is in force for one mentorship."""

    mentorship: str
    timing: str
    value: str
    scope: str


class SpanRow(NamedTuple):
    """What a value does to the anchors of a timer: of one day, or (without a day) to all."""

    version: int
    timer: str
    value: str
    calendar: str
    day: str | None
    since: str | None
    until: str | None
    seconds: float | None
    due_at: str | None


class Asked(NamedTuple):
    """What timers should follow, and when they are due by that."""

    workflow: str
    as_of: datetime
    """What is due by then does not get earlier."""
    ways: Sequence[Way]
    theirs: Sequence[Theirs]
    spans: Sequence[SpanRow]
    midnights: Mapping[str, str]
    """When days begin in zones: `Europe/Vienna 2025-05-30` to an instant."""

    @property
    def places(self) -> list[dict[str, str]]:
        """The programs that are not like the others."""
        return [{"program": place} for place in sorted({way.place for way in self.ways} - {""})]


class Reach(NamedTuple):
    """From when to when the anchors lie that a timer of a version counts from in a program."""

    version: int
    program: str
    timer: str
    since: datetime
    until: datetime


class Range(NamedTuple):
    """Mentorships by their ids, from behind one up to another."""

    after: str
    upto: str


_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
EVERYBODY = Range(NOBODY, "ffffffff-ffff-ffff-ffff-ffffffffffff")


class Weighed(NamedTuple):
    """What a plan comes to: how many mentorships have which timers, and who is written to most."""

    profiles: Sequence[tuple[str, int]]
    worst: Sequence[tuple[str, int, int]]


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
    rules: dict[str, Any] | None = None
    """Of one that counts anew: by which calendar rules it was before, and is by it."""


class Moves:
    """The timers that are not as they should be, as they are asked about."""

    def __init__(self, asked: Asked) -> None:
        tables = (asked.ways, asked.theirs, asked.spans)
        ways, theirs, spans = (encoded([row._asdict() for row in table]) for table in tables)
        self._tables = (ways, encoded(asked.places), theirs, spans, encoded(asked.midnights))
        self._workflow, self._as_of = asked.workflow, asked.as_of

    def weigh(
        self, transaction: Transaction, roles: Sequence[dict[str, object]], *, until: datetime
    ) -> Weighed:
        """Return what all of them come to, with whom most is told up to an instant."""
        profiles, worst = [], []
        given = (*self._given(transaction, EVERYBODY), transaction.instant(until), encoded(roles))
        for person, profile, many, after in transaction.read("weigh_moves", *given):
            if person is None:
                profiles.append((profile, many))
            else:
                worst.append((person, many, after))
        return Weighed(profiles, worst)

    def suspended(self, transaction: Transaction, some: Range = EVERYBODY) -> list[Row]:
        """Return those that stand still.

        Each is (id, name, instance, anchor, from, to, left, program, version).
        """
        return transaction.read("suspended_moves", *self._given(transaction, some))

    def expiring(self, transaction: Transaction, numbers: Sequence[int], now: int) -> list[str]:
        """Return the mentorships that a timer of these numbers would end by a minute."""
        found = transaction.read(
            "expiring", *self._given(transaction, EVERYBODY), encoded(numbers), now
        )
        return [row[0] for row in found]

    def list(self, transaction: Transaction, plan: str, some: Range) -> int:
        """Write down where they are and where a plan moves them; return how many."""
        return transaction.run("list_moves", *self._given(transaction, some), plan)

    def list_late(
        self, transaction: Transaction, plan: str, some: Range, *, since: datetime
    ) -> int:
        """Do so with those of mentorships that have changed since an instant."""
        return transaction.run("list_late", *self._given(transaction, some, since), plan)

    def _given(
        self, transaction: Transaction, some: Range, since: datetime = _ALWAYS
    ) -> tuple[Any, ...]:
        at = transaction.instant
        return (*self._tables, *some, *some, at(since), self._workflow, at(self._as_of))


def mentorships_of(transaction: Transaction, people: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return (mentorship, person) of all that people take part in."""
    return transaction.read("mentorships_of", encoded(people)) if people else ()


def agreed_values(
    transaction: Transaction, facts: Sequence[tuple[str, str]], workflow: str
) -> Iterable[tuple[str, str]]:
    """Return (timing, value) that pairs agreed on and that others have set aside."""
    return transaction.read("agreed_values", encoded(facts), workflow) if facts else ()


def followed_agreements(transaction: Transaction, workflow: str) -> Iterable[tuple[str, str]]:
    """Return (timing, value) that pairs agreed on and that their timers follow."""
    return transaction.read("followed_agreements", workflow)


def reaches(transaction: Transaction, workflow: str) -> list[Reach]:
    """Return from when to when the anchors of pending timers lie."""
    found = transaction.read("reach_of_anchors", workflow)
    return [
        Reach(version, program, timer, instant(since), instant(until))
        for version, program, timer, since, until in found
    ]


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


def next_place(transaction: Transaction, after: str, *, most: int) -> str | None:
    """Return the last of the mentorships that come next."""
    (found,) = transaction.read("next_place", after, most)
    return None if found[0] is None else str(found[0])


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
        rules=None if row[11] is None else decoded(row[11]),
    )


def unfinished_plan(transaction: Transaction, workflow: str) -> str | None:
    """Return a plan of a workflow that is under way."""
    found = transaction.read("unfinished_plan", workflow)
    return found[0][0] if found else None


def left_by(transaction: Transaction, plan: str, *, most: int) -> list[Row]:
    """Return timers that are not where a plan found them: (id, name, instance, is pending)."""
    return transaction.read("left_by_plan", plan, most)
