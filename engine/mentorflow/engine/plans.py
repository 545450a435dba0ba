"""Plans: what a change of timings does to the timers that are pending, seen first, then done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mentorflow.core.calendar import EVERYWHERE, Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey
from mentorflow.core.person import QuietHours
from mentorflow.core.planning import due_instant
from mentorflow.core.retiming import Follower, followers, spans
from mentorflow.core.spreading import NIGHT, Window, spread
from mentorflow.core.workflow import TimerRule, Workflow
from mentorflow.engine.asking import Wanted
from mentorflow.engine.library import Library
from mentorflow.store.retiming import Asked, MoveCounts, Moves
from mentorflow.store.rows import Row, instant
from mentorflow.store.transaction import Transaction

HORIZON = timedelta(days=28)
"""How far ahead the load is looked at."""
SPREAD = timedelta(hours=24)
"""Over how long timers are spread that a plan makes overdue."""
_MOST_NAMED = 100
_MOST_TRIES = 3
_LONG_AGO, _FAR_OFF = timedelta(days=3 * 366), timedelta(days=3 * 366)
"""How far back and ahead of now anchors may lie that days matter for."""


class Load(NamedTuple):
    """What people are told on one day, without a plan and with it, as far as it can be foreseen."""

    day: str
    messages_before: int
    messages_after: int
    escalations_before: int
    escalations_after: int


class PersonLoad(NamedTuple):
    """How often a person would be written to up to the horizon."""

    person: str
    before: int
    after: int


class Plan(NamedTuple):
    """What changes of timings do to the timers that are pending; nothing of it is done yet."""

    workflow: str
    revision: int
    """How often operators had changed anything when it was made."""
    as_of: datetime
    changes: tuple[Wanted, ...]
    """Empty where pending timers are only to follow what is in force already."""
    counts: MoveCounts
    by_days: Mapping[int, int]
    """How many timers move by how many whole days; those below nought become earlier."""
    loads: tuple[Load, ...]
    """Day by day (UTC) up to the horizon; what is overdue counts for the first."""
    peak: tuple[datetime, int] | None
    """The minute in which most timers are due with the plan, and how many."""
    worst: tuple[PersonLoad, ...]
    """The ten persons who would be written to most."""
    expiring: tuple[str, ...]
    """Mentorships that would be ended at once; a hundred of them at most."""
    expiring_count: int


class Population:
    """The pending timers of a workflow, held against what operators set."""

    def __init__(
        self,
        transaction: Transaction,
        library: Library,
        workflow: str,
        overrides: Mapping[OverrideKey, Duration],
    ) -> None:
        self.transaction = transaction
        self.now = transaction.now()
        self._workflow = workflow
        self._versions = library.versions(workflow)
        self._overrides = overrides
        self._calendars = library.calendars()
        self._values: dict[str, dict[str, Duration]] = {}
        self._followers = {
            (version.version, one.timer): one
            for version in self._versions
            for one in followers(version)
        }
        self.moves = Moves(transaction)

    def find(self, timings: Iterable[str]) -> None:
        """Find the timers that follow another value of these timings than they should."""
        names = sorted(set(timings))
        self._values = {name: self._known_values(name) for name in names}
        for _ in range(_MOST_TRIES):
            self.moves.find(self._asked(names))
            missing = self.moves.missing()
            if not missing:
                break
            for timing, value in missing:
                self._values[timing][value] = Duration.parse(value)
        self._settle_suspended()

    def spread_overdue(self, over: timedelta) -> None:
        """Spread those due at once over the waking hours of a stretch of time."""
        found = self.moves.overdue(self.now)
        size = len(found)
        self.moves.put_due(
            (spread(self._window(row, over), place / size), *row[:3])
            for place, row in enumerate(found)
        )

    def plan(self, revision: int, changes: Sequence[Wanted], horizon: timedelta) -> Plan:
        """Return what was found, from all sides."""
        until = self.now + horizon
        moves, by_timer = self.moves, self._by_timer()
        ends = [one.timer for one in by_timer.values() if one.ends]
        expiring = moves.expiring(ends, self.now)
        roles = [
            (one.timer, role, many) for one in by_timer.values() for role, many in one.tells.items()
        ]
        return Plan(
            workflow=self._workflow,
            revision=revision,
            as_of=self.now,
            changes=tuple(changes),
            counts=moves.counts(self.now),
            by_days=moves.by_days(),
            loads=_loads(moves.due_by_day(until), by_timer, self.now),
            peak=moves.peak(self.now, until),
            worst=tuple(PersonLoad(*row) for row in moves.worst_people(roles, until)),
            expiring=tuple(expiring[:_MOST_NAMED]),
            expiring_count=len(expiring),
        )

    def _by_timer(self) -> dict[str, Follower]:
        return {timer: one for (_, timer), one in self._followers.items()}

    def _known_values(self, timing: str) -> dict[str, Duration]:
        """Return the values a timing may have: by default, and as operators set it."""
        defaults = [one.timings[timing].default for one in self._versions if timing in one.timings]
        own = [value for key, value in self._overrides.items() if key.timing == timing]
        return {value.text: value for value in (*defaults, *own)}

    def _asked(self, names: Sequence[str]) -> Asked:
        latest = {name: one.timings[name] for one in self._versions for name in one.timings}
        return Asked(
            workflow=self._workflow,
            affected=[(name, latest[name].default.text, latest[name].fact) for name in names],
            proposed=[
                (key.timing, key.scope.value, key.subject, value.text, value.length.total_seconds())
                for key, value in self._overrides.items()
                if key.timing in self._values and key.workflow == self._workflow
            ],
            calendars=[(program, str(place)) for place, program in enumerate(self._calendars)],
            spans=list(self._spans()),
        )

    def _spans(self) -> Iterable[Row]:
        since, until = self.now - _LONG_AGO, self.now + _FAR_OFF
        counted = [("", None), *((str(n), one) for n, one in enumerate(self._calendars.values()))]
        bases = {version.version: version.calendar for version in self._versions}
        for (version, timer), one in self._followers.items():
            role = next(iter(one.tells), None)
            for value, (name, own) in product(self._followed(one), counted):
                found = spans(one, value, own or bases[version], since=since, until=until)
                yield from ((version, timer, value.text, name, *span, role) for span in found)

    def _followed(self, one: Follower) -> Iterable[Duration]:
        values: dict[str, Duration] = {}
        for timing in one.timings & self._values.keys():
            values.update(self._values[timing])
        return values.values()

    def _settle_suspended(self) -> None:
        """Work out what is left of those that stand still: as much more as the value is longer."""
        rules: dict[str, TimerRule] = {}
        for version in self._versions:
            rules.update(version.timers)
        rows = []
        for id_, name, one, anchor, was, now_is, left, program in self.moves.suspended():
            rule, calendar = rules.get(name), self._calendar(program)
            if rule is None or left is None or left < 0:  # below nought, it is set aside
                continue
            anchor_at = instant(anchor)
            before = due_instant(calendar, rule, anchor_at, Duration.parse(was))
            after = due_instant(calendar, rule, anchor_at, Duration.parse(now_is))
            rows.append((max(left + (after - before).total_seconds(), 0.0), id_, name, one))
        self.moves.put_remaining(rows)

    def _calendar(self, program: str) -> Calendar:
        base = self._versions[-1].calendar if self._versions else EVERYWHERE
        return self._calendars.get(program, base)

    def _window(self, row: Row, over: timedelta) -> Window:
        _, name, _, anchor, program, zone, since, until = row
        end = self.now + over
        follower = self._by_timer().get(name)
        if follower is not None and follower.is_before:  # a reminder is of no use after its anchor
            end = max(min(end, instant(anchor)), self.now)
        if zone is None:
            return Window(self.now, end, self._calendar(program).zone)
        quiet = NIGHT if since is None else QuietHours(time.fromisoformat(since), _time(until))
        return Window(self.now, end, ZoneInfo(zone), quiet)


def after_changes(
    overrides: Mapping[OverrideKey, Duration], changes: Iterable[Wanted]
) -> dict[OverrideKey, Duration]:
    """Return overrides as they are after changes."""
    after = {**overrides, **{one.key: one.value for one in changes}}
    return {key: value for key, value in after.items() if value is not None}


def affected(workflow: Workflow, changes: Sequence[Wanted]) -> Iterable[str]:
    """Return the timings whose timers may have to move: those that change, or all."""
    return {one.key.timing for one in changes} or workflow.timings


def _loads(
    found: Iterable[tuple[str, str, str, int]], by_timer: Mapping[str, Follower], now: datetime
) -> tuple[Load, ...]:
    today = now.date().isoformat()
    totals: dict[str, Counter[str]] = {}
    for what, timer, day, many in found:
        one = by_timer.get(timer)
        if one is None:
            continue
        total = totals.setdefault(max(day, today), Counter())
        sign = -1 if what == "leaves" else 1
        weights = {"messages": one.tells.total(), "escalations": one.escalations}
        for kind, weight in weights.items():
            total[f"{kind}_after"] += sign * many * weight
            if what == "stands":
                total[f"{kind}_before"] += many * weight
    return tuple(
        Load(day, **{field: total[field] for field in Load._fields[1:]})
        for day, total in sorted(totals.items())
    )


def _time(text: str) -> time:
    return time.fromisoformat(text)
