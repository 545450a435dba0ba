"""The pending timers of a workflow, held against what operators set."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

from mentorflow.core.calendar import EVERYWHERE, Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.core.person import QuietHours
from mentorflow.core.planning import due_instant
from mentorflow.core.retiming import Follower, Span, followers, spans, spans_within
from mentorflow.core.spreading import NIGHT, Window, roomy
from mentorflow.core.workflow import DATES, Workflow
from mentorflow.engine.calendar_rules import calendars_of, rules_of
from mentorflow.engine.library import Library
from mentorflow.engine.weighing import MOST_ROLES, ROLE_BITS
from mentorflow.store import population as stored
from mentorflow.store.calendar_rules import Counted, counted_anew
from mentorflow.store.moves import Asked, Moves, SpanRow, Theirs, Way
from mentorflow.store.rows import Row, instant
from mentorflow.store.transaction import Transaction

_LONG_AGO, _FAR_OFF = timedelta(days=3 * 366), timedelta(days=3 * 366)
"""How far back and ahead of now anchors may lie that days matter for."""
_TWO_DAYS = timedelta(days=2)
"""More than a day begins earlier or later in another zone."""
_MOST_TOLD = 20
"""Messages of one timer to one role that are counted: all of a mentorship's fit in their bits."""


class Population:
    """What the timers of a workflow should follow, by overrides, and what that does to them."""

    def __init__(
        self,
        transaction: Transaction,
        library: Library,
        workflow: str,
        overrides: Mapping[OverrideKey, Duration],
        timings: frozenset[str] | None,
        *,
        calendars: Mapping[str, Calendar] | None = None,
        as_of: datetime | None = None,
    ) -> None:
        """Look at the timers of some timings; without any named, at all, and at their calendars.

        Programs count by the calendars they have, or by those that are given. What was due by an
        instant, which is now where none is said, gets no earlier by its calendar alone.
        """
        self.now = transaction.now()
        self.workflow = workflow
        self._versions = library.versions(workflow)
        self._calendars = library.calendars() if calendars is None else calendars
        self._recounts = timings is None
        everything = (name for version in self._versions for name in version.timings)
        self._names = frozenset(everything) if timings is None else timings
        self._overrides = {
            key: value
            for key, value in overrides.items()
            if key.timing in self._names and key.workflow == workflow
        }
        self._alike = {calendar: name for name, calendar in sorted(self._calendars.items())}
        """One program for each calendar there is: those that have the same share its spans."""
        self._spans: dict[tuple[int, str, str, str], list[Span]] = {}
        theirs = list(self._theirs(transaction))
        agreed = stored.agreed_values(transaction, self._facts(), workflow)
        special = {(one.timing, one.value) for one in theirs} | {(row[0], row[1]) for row in agreed}
        self.rules: dict[str, Counted] | None = None
        """The calendar rules that timers were counted by, and are here; None if that stays."""
        self._reaches: dict[tuple[int, str, str], tuple[datetime, datetime]] = {}
        if self._recounts:
            special |= set(stored.followed_agreements(transaction, workflow))
            self._reach_out(transaction)
            here = rules_of(calendars_of(self._versions, self._calendars), self.now)
            self.rules = counted_anew(transaction, workflow, here)
        ways = list(self._ways())
        rows = list(self._span_rows(special))
        self.moves = Moves(
            Asked(workflow, as_of or self.now, ways, theirs, rows, dict(self._midnights()))
        )

    @cached_property
    def timers(self) -> list[str]:
        """The timers of all versions, each at the place of its number."""
        return sorted(self.by_timer)

    @cached_property
    def by_timer(self) -> dict[str, Follower]:
        """What each timer leads to, by the latest version that has it."""
        return {one.timer: one for _, one in self._followers()}

    @cached_property
    def told(self) -> list[str]:
        """The roles that timers write to, those who are written to most first."""
        total: Counter[str] = Counter()
        for one in self.by_timer.values():
            total.update(one.tells)
        return [role for role, _ in total.most_common(MOST_ROLES)]

    @property
    def recipients(self) -> list[Row]:
        """The first role each timer writes to: (timer, role)."""
        return [(one.timer, role) for one in self.by_timer.values() for role in [*one.tells][:1]]

    def settled(self, suspended: Iterable[Row]) -> Iterator[tuple[float, float, str, str, str]]:
        """Yield (left now, left then, id, name, instance) of timers that stand still.

        As much more is left as the value is longer.
        """
        versions = {version.version: version for version in self._versions}
        for id_, name, one, anchor, was, now_is, left, program, number in suspended:
            version = versions[number]
            rule = version.timers.get(name)
            calendar = self._calendars.get(program, version.calendar)
            if rule is None or left is None or left < 0:  # below nought, it is set aside
                continue
            anchor_at = instant(anchor)
            before = due_instant(calendar, rule, anchor_at, Duration.parse(was))
            after = due_instant(calendar, rule, anchor_at, Duration.parse(now_is))
            yield left, max(left + (after - before).total_seconds(), 0.0), id_, name, one

    def window(self, row: Row, over: timedelta) -> Window:
        """Return when a timer that became overdue may fire: (…, name, …, anchor, …) as listed.

        A reminder's window ends with what it reminds of, night or no night.
        """
        _, name, _, anchor, program, zone, since, until = row
        end = self.now + over
        follower = self.by_timer.get(name)
        is_cut = follower is not None and follower.is_before and instant(anchor) < end
        if is_cut:
            end = max(instant(anchor), self.now)
        where = self._calendar(program).zone if zone is None else ZoneInfo(zone)
        quiet = NIGHT if zone is None or since is None else QuietHours(_time(since), _time(until))
        window = Window(self.now, end, where, quiet)
        return window if is_cut else roomy(window)

    def _followers(self) -> Iterator[tuple[Workflow, Follower]]:
        for version in self._versions:
            for one in followers(version):
                yield version, one

    def _facts(self) -> list[tuple[str, str]]:
        found = {name: one.timings[name].fact for one in self._versions for name in one.timings}
        return [(name, fact) for name, fact in found.items() if fact and name in self._names]

    def _theirs(self, transaction: Transaction) -> Iterator[Theirs]:
        """Yield what is in force for single mentorships: of several persons, the longest value."""
        found: dict[tuple[str, str], tuple[str, Duration]] = {}
        own: dict[str, list[tuple[str, Duration]]] = {}
        for key, value in self._overrides.items():
            if key.scope is Scope.MENTORSHIP:
                found[key.subject, key.timing] = (key.scope.value, value)
            elif key.scope is Scope.PERSON:
                own.setdefault(key.subject, []).append((key.timing, value))
        for mentorship, person in stored.mentorships_of(transaction, [*own]):
            for timing, value in own[person]:
                scope, other = found.get((mentorship, timing), ("", value))
                if scope != Scope.PERSON.value or _rank(value) > _rank(other):
                    found[mentorship, timing] = (Scope.PERSON.value, value)
        for (mentorship, timing), (scope, value) in found.items():
            yield Theirs(mentorship, timing, value.text, scope)

    def _ways(self) -> Iterator[Way]:
        numbers = {timer: number for number, timer in enumerate(self.timers)}
        set_for = {key.subject for key in self._overrides if key.scope is Scope.PROGRAM}
        places = ["", *sorted(set_for | self._calendars.keys())]
        for version, one in self._followers():
            is_dated = self._recounts and one.date is not None
            for timing, place in product(sorted(one.timings), places):
                value, scope = self._in_force(version, timing, place)
                calendar = self._calendar_name(place)
                yield Way(
                    version=version.version,
                    timer=one.timer,
                    timing=timing,
                    place=place,
                    number=numbers[one.timer],
                    value=None if value is None else value.text,
                    scope=scope,
                    seconds=self._seconds(version, one, value, calendar),
                    fact=None if value is None else version.timings[timing].fact,
                    calendar=calendar,
                    messages=self._messages(one),
                    recounts=self._recounts,
                    anchor=one.anchor if is_dated else None,
                    zone=str(self._counts(version, calendar).zone) if is_dated else None,
                    date=f"{DATES}.{one.date}" if is_dated else None,
                )

    def _seconds(
        self, version: Workflow, one: Follower, value: Duration | None, calendar: str
    ) -> float | None:
        """Return what is added to every anchor, where that is the same for all."""
        found = [] if value is None else self._spans_of(version, one, value, calendar)
        return found[0].seconds if len(found) == 1 and not found[0].day else None

    def _messages(self, one: Follower) -> int:
        return sum(
            min(one.tells[role], _MOST_TOLD) << ROLE_BITS * place
            for place, role in enumerate(self.told)
        )

    def _in_force(
        self, version: Workflow, timing: str, place: str
    ) -> tuple[Duration | None, str | None]:
        if timing not in self._names:
            return None, None
        for scope, subject in ((Scope.PROGRAM, place), (Scope.DEPLOYMENT, "")):
            found = self._overrides.get(OverrideKey(self.workflow, timing, scope, subject))
            if found is not None:
                return found, scope.value
        return version.timings[timing].default, "default"

    def _span_rows(self, special: Iterable[tuple[str, str]]) -> Iterator[SpanRow]:
        """Yield what no way says: values of single mentorships, and what depends on the anchor."""
        for (version, one), (timing, value) in product(self._followers(), special):
            for calendar in ("", *self._alike.values()) if timing in one.timings else ():
                self._spans_of(version, one, Duration.parse(value), calendar)
        for (number, timer, text, calendar), found in self._spans.items():
            for day, since, until, seconds, due_at in found:
                instants = (_text(since), _text(until))
                leads_to = _text(due_at)
                yield SpanRow(
                    number, timer, text, calendar, day or None, *instants, seconds, leads_to
                )

    def _spans_of(
        self, version: Workflow, one: Follower, value: Duration, calendar: str
    ) -> list[Span]:
        key = (version.version, one.timer, value.text, calendar)
        if key not in self._spans:
            within = spans_within if self._recounts else spans
            since, until = self._reach(version, one, calendar)
            counts = self._counts(version, calendar)
            self._spans[key] = list(within(one, value, counts, since=since, until=until))
        return self._spans[key]

    def _reach(self, version: Workflow, one: Follower, calendar: str) -> tuple[datetime, datetime]:
        """Return from when to when the anchors lie that matter."""
        first, last = self.now - _LONG_AGO, self.now + _FAR_OFF
        if not self._recounts:
            return first, last
        key = (version.version, one.timer, calendar)
        since, until = self._reaches.get(key, (self.now, self.now))
        return max(first, since), min(last, until)

    def _reach_out(self, transaction: Transaction) -> None:
        """Learn which anchors there are: all timers are looked at, for which all days are many."""
        for version, program, timer, since, until in stored.reaches(transaction, self.workflow):
            key = (version, timer, self._calendar_name(program))
            known = self._reaches.get(key, (until, since))
            self._reaches[key] = min(known[0], since - _TWO_DAYS), max(known[1], until + _TWO_DAYS)

    def _midnights(self) -> Iterator[tuple[str, str]]:
        """Yield when the days begin, in each zone, that dated timers count from."""
        found: dict[tuple[str, date], datetime] = {}
        for version, one in self._followers() if self._recounts else ():
            for calendar in ("", *self._alike.values()) if one.date is not None else ():
                counts = self._counts(version, calendar)
                since, until = self._reach(version, one, calendar)
                for number in range(since.toordinal(), until.toordinal()):
                    day = date.fromordinal(number)
                    found[str(counts.zone), day] = counts.start_of(day)
        for (zone, day), begins in found.items():
            yield f"{zone} {day.isoformat()}", begins.isoformat(" ", "microseconds")

    def _counts(self, version: Workflow, calendar: str) -> Calendar:
        return self._calendars.get(calendar, version.calendar)

    def _calendar_name(self, place: str) -> str:
        own = self._calendars.get(place)
        return "" if own is None else self._alike[own]

    def _calendar(self, program: str) -> Calendar:
        base = self._versions[-1].calendar if self._versions else EVERYWHERE
        return self._calendars.get(program, base)


def _rank(value: Duration) -> tuple[float, str]:
    return value.length.total_seconds(), value.text


def _text(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "microseconds")


def _time(text: str) -> time:
    return time.fromisoformat(text)
