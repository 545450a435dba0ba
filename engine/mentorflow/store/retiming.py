"""Moving many timers at once, set-based: what would move, what it does, moving and undoing it.

What would move is worked out by one part that all statements begin with. A preview reads what it
comes to and writes nothing; a plan lists it in its table, range by range.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.statements import PLAIN
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
    ways: Sequence[Way]
    theirs: Sequence[Theirs]
    spans: Sequence[SpanRow]

    @property
    def places(self) -> list[dict[str, str]]:
        """The programs that are not like the others."""
        return [{"program": place} for place in sorted({way.place for way in self.ways} - {""})]

    @property
    def is_plain(self) -> bool:
        """Whether ways say all there is: no mentorship and no anchor has one of its own."""
        asked = (way for way in self.ways if way.value is not None)
        return not self.theirs and all(way.seconds is not None and not way.fact for way in asked)


class Range(NamedTuple):
    """Mentorships by their ids, from behind one up to another."""

    after: str
    upto: str


_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
EVERYBODY = Range(NOBODY, "ffffffff-ffff-ffff-ffff-ffffffffffff")
_Share = TypeVar("_Share")
_Found = TypeVar("_Found")
_WORST = 10
_NEAR = 100
"""Mentorships whose people say where the middle of all people is, nearly."""


class Weighed(NamedTuple):
    """What a plan comes to: which timers there are, how many mentorships move, who is told most."""

    profiles: Sequence[tuple[str, int]]
    """Timers, each as a number, and how often there are such."""
    mentorships: int
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


class Moves:
    """The timers that follow another value than they should, as they are asked about."""

    def __init__(self, asked: Asked) -> None:
        tables = (asked.ways, asked.theirs, asked.spans)
        ways, theirs, spans = (encoded([row._asdict() for row in table]) for table in tables)
        self._tables = (ways, encoded(asked.places), theirs, spans)
        self._workflow = asked.workflow
        self._prefix = PLAIN if asked.is_plain else ""

    def weigh(
        self,
        readers: Sequence[Transaction],
        roles: Sequence[dict[str, object]],
        *,
        until: datetime,
    ) -> Weighed:
        """Return what all of them come to, with whom most is told up to an instant.

        Several readers take a share each, at once; what they read stood at the same moment.
        """
        somebody, everybody = _shares(readers)
        often = [person for found in _each(readers, _often_met, somebody) for person in found]
        last = (encoded(roles), encoded(often))

        def read(reader: Transaction, some: Range) -> Sequence[Row]:
            values = (*self._given(reader, some), reader.instant(until), *last, *some)
            return self._read(reader, "weigh_moves", *values)

        profiles: list[tuple[str, int]] = []
        mentorships = 0
        told: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        for person, profile, many, after in (
            row for found in _each(readers, read, everybody) for row in found
        ):
            if person is not None:
                told[0][person] += many
                told[1][person] += after
            elif profile is not None:
                profiles.append((profile, many))
            else:
                mentorships += many or 0
        most = sorted((-after, person) for person, after in told[1].items() if after > 0)
        worst = [(person, told[0][person], -less) for less, person in most[:_WORST]]
        return Weighed(profiles, mentorships, worst)

    def suspended(self, transaction: Transaction, some: Range = EVERYBODY) -> Sequence[Row]:
        """Return those that stand still.

        Each is (id, name, instance, anchor, from, to, left, program, version).
        """
        return self._read(transaction, "suspended_moves", *self._given(transaction, some))

    def expiring(self, transaction: Transaction, numbers: Sequence[int], now: int) -> list[str]:
        """Return the mentorships that a timer of these numbers would end by a minute."""
        given = self._given(transaction, EVERYBODY)
        found = self._read(transaction, "expiring", *given, encoded(numbers), now)
        return [row[0] for row in found]

    def list(self, transaction: Transaction, plan: str, some: Range) -> int:
        """Write down where they are and where a plan moves them; return how many."""
        name = self._prefix + "list_moves"
        return transaction.run(name, *self._given(transaction, some), plan)

    def list_late(
        self, transaction: Transaction, plan: str, some: Range, *, since: datetime
    ) -> int:
        """Do so with those of mentorships that have changed since an instant."""
        return transaction.run("list_late", *self._given(transaction, some, since), plan)

    def _read(self, transaction: Transaction, name: str, *values: Any) -> Sequence[Row]:
        return transaction.read(self._prefix + name, *values)

    def _given(
        self, transaction: Transaction, some: Range, since: datetime = _ALWAYS
    ) -> tuple[Any, ...]:
        return (*self._tables, *some, *some, transaction.instant(since), self._workflow)


def _shares(readers: Sequence[Transaction]) -> tuple[list[tuple[str, str | None]], list[Range]]:
    """Return for each reader a range of people and one of mentorships, of about the same size."""
    middle = None
    if len(readers) > 1:
        ((middle,),) = readers[0].read("middle_place")
    if middle is None:
        return [("", None)], [EVERYBODY]
    near = sorted(row[0] for row in readers[0].read("people_near", middle, _NEAR))
    person = near[len(near) // 2] if near else ""
    return [("", person), (person, None)], [Range(NOBODY, middle), Range(middle, EVERYBODY.upto)]


def _each(
    readers: Sequence[Transaction],
    read: Callable[[Transaction, _Share], Sequence[_Found]],
    shares: Sequence[_Share],
) -> list[Sequence[_Found]]:
    """Return what the readers find, who read their shares at the same time."""
    with ThreadPoolExecutor(max(1, len(shares) - 1), "mentorflow-reader") as others:
        pairs = list(zip(readers, shares, strict=False))
        found = [others.submit(read, *pair) for pair in pairs[1:]]
        return [read(*pairs[0]), *(one.result() for one in found)]


def _often_met(reader: Transaction, some: tuple[str, str | None]) -> list[str]:
    return [row[0] for row in reader.read("often_met", *some)]


def mentorships_of(transaction: Transaction, people: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return (mentorship, person) of all that people take part in."""
    return transaction.read("mentorships_of", encoded(people)) if people else ()


def agreed_values(
    transaction: Transaction, facts: Sequence[tuple[str, str]], workflow: str
) -> Iterable[tuple[str, str]]:
    """Return (timing, value) that pairs agreed on and that others have set aside."""
    return transaction.read("agreed_values", encoded(facts), workflow) if facts else ()


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
