"""Which timers would move, asked at once: what it comes to, and listing them for a plan.

It is worked out by one part that all statements begin with. A preview reads what it comes to and
writes nothing; a plan lists it in its table, range by range.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from mentorflow.store.ranges import EVERYBODY, NOBODY, Range
from mentorflow.store.rows import Row, encoded, instant_text
from mentorflow.store.statements import PLAIN
from mentorflow.store.transaction import Transaction
from mentorflow.store.weighing import Horizon, Weighed, minute_of

_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
_Share = TypeVar("_Share")
_Found = TypeVar("_Found")
_NEAR = 100
"""Mentorships whose people say where the middle of all people is, nearly."""


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

    @property
    def is_plain(self) -> bool:
        """Whether ways say all there is: no mentorship and no anchor has one of its own.

        What is to be counted anew is not plain: an instant may be another though its value stays.
        """
        if self.theirs or self.midnights:
            return False
        asked = (way for way in self.ways if way.value is not None)
        return not any(way.seconds is None or way.fact or way.recounts for way in asked)


class Moves:
    """The timers that are not as they should be, as they are asked about."""

    def __init__(self, asked: Asked) -> None:
        self._tables = _tables(asked, {})
        self._asked = asked
        self._workflow, self._as_of = asked.workflow, asked.as_of
        self._prefix = PLAIN if asked.is_plain else ""

    def weigh(
        self,
        readers: Sequence[Transaction],
        roles: Sequence[dict[str, object]],
        horizon: Horizon,
    ) -> Weighed:
        """Return what all of them come to, with whom most is told up to a horizon.

        Several readers take a share each, at once; what they read stood at the same moment.
        """
        somebody, everybody = _shares(readers)
        for reader in readers:  # not before: what shares are asked by is little
            reader.expect_many()
        often = [person for found in _each(readers, _often_met, somebody) for person in found]
        last = (*horizon.minutes, encoded(roles), encoded(often))
        tables = _tables(self._asked, {"horizon": instant_text(horizon.until)})

        def read(reader: Transaction, some: Range) -> Sequence[Row]:
            given = self._given(reader, some)[len(tables) :]
            values = (*tables, *given, reader.instant(horizon.until), *last, *some)
            return self._read(reader, "weigh_moves", *values)

        weighed = Weighed(horizon)
        for found in _each(readers, read, everybody):
            weighed.add(found)
        return weighed

    def suspended(self, transaction: Transaction, some: Range = EVERYBODY) -> Sequence[Row]:
        """Return those that stand still.

        Each is (id, name, instance, anchor, from, to, left, program, version).
        """
        return self._read(transaction, "suspended_moves", *self._given(transaction, some))

    def expiring(
        self, readers: Sequence[Transaction], numbers: Sequence[int], now: datetime
    ) -> list[str]:
        """Return the mentorships that a timer of these numbers would end by now."""
        last = (encoded(numbers), minute_of(now))

        def read(reader: Transaction, some: Range) -> Sequence[Row]:
            return self._read(reader, "expiring", *self._given(reader, some), *last)

        _, everybody = _shares(readers)
        return [row[0] for found in _each(readers, read, everybody) for row in found]

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
        at = transaction.instant
        return (*self._tables, *some, *some, at(since), self._workflow, at(self._as_of))


def _tables(asked: Asked, also: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is asked as statements take it, and with every way and span something else."""
    found = ([{**row._asdict(), **also} for row in table] for table in (asked.ways, asked.spans))
    ways, spans = map(encoded, found)
    theirs = encoded([row._asdict() for row in asked.theirs])
    return ways, encoded(asked.places), theirs, spans, encoded(asked.midnights)


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
