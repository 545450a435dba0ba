"""What it takes to move many timers at once: the due rule of each as spans, and whom it tells."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.escalating import TIMER_PREFIX
from mentorflow.core.pieces import Piece, pieces
from mentorflow.core.workflow import Action, Branch, TimerRule, Workflow

_ONE_DAY = timedelta(days=1)


class Follower(NamedTuple):
    """A timer of a workflow, as far as moving it goes."""

    timer: str
    timings: frozenset[str]
    """The timings it may follow, one at a time."""
    factor: int
    is_before: bool
    at: time | None
    tells: Counter[str]
    """How many messages it leads to, by role, as far as can be said beforehand."""
    escalations: int
    """How many escalations it opens."""
    ends: bool
    """Whether it may end the mentorship."""
    anchor: str = ""
    date: str | None = None
    """The date that its anchor is the beginning of, where it is one."""
    is_urgent: bool = False
    """Whether it climbs a ladder that waits for nobody's waking hours."""


class Span(NamedTuple):
    """What a due rule does to anchors: on one day, or (without a day) to all there are."""

    day: str
    since: datetime | None
    until: datetime | None
    seconds: float | None
    """What is added to the anchor, which may be less than nothing."""
    due_at: datetime | None
    """The instant all of them lead to, where they do."""


def followers(workflow: Workflow) -> Iterator[Follower]:
    """Yield every timer of a workflow, those of its ladders among them."""
    for rule in workflow.timers.values():
        timings = frozenset({rule.first, rule.every or rule.first})
        actions = (*rule.actions, *(_fired(workflow, rule)))
        yield Follower(
            timer=rule.name,
            timings=timings,
            factor=rule.factor,
            is_before=rule.is_before,
            at=rule.at,
            tells=_told(workflow, actions),
            escalations=sum(action.verb == "escalate" for action in actions),
            ends=any(_is_end(workflow, branch) for branch in _branches(workflow, rule)),
            anchor=rule.anchor,
            date=_date(workflow, rule),
        )
    for ladder in workflow.ladders.values():
        yield Follower(
            timer=TIMER_PREFIX + ladder.name,
            timings=workflow.timings_of(ladder),
            factor=1,
            is_before=False,
            at=None,
            tells=Counter(ladder.rungs[-1].to),
            escalations=0,
            ends=False,
            is_urgent=ladder.is_urgent,
        )


@lru_cache(maxsize=64)
def urgent_timers(workflow: Workflow) -> frozenset[str]:
    """Return the timers that are not put off, whatever else is."""
    return frozenset(one.timer for one in followers(workflow) if one.is_urgent)


def spans(
    follower: Follower, value: Duration, calendar: Calendar, *, since: datetime, until: datetime
) -> Iterator[Span]:
    """Yield what a timer's due rule does by a value to the anchors of a stretch of time.

    Every anchor lies in one of them: in the only one there is, or in one of its day (UTC).
    """
    found = _pieces(follower, value, calendar, since, until)
    if len(found) == 1 and found[0].shift is not None:
        yield Span("", None, None, found[0].shift.total_seconds(), None)
    else:
        yield from _dated(found)


def spans_within(
    follower: Follower, value: Duration, calendar: Calendar, *, since: datetime, until: datetime
) -> Iterator[Span]:
    """Yield the same for those anchors alone: nothing of them holds for any before or after."""
    if follower.at is None and calendar.is_fixed(value):
        yield from spans(follower, value, calendar, since=since, until=until)
    else:
        yield from _dated(_pieces(follower, value, calendar, since, until))


def _pieces(
    follower: Follower, value: Duration, calendar: Calendar, since: datetime, until: datetime
) -> list[Piece]:
    return pieces(
        calendar,
        value.times(follower.factor),
        is_before=follower.is_before,
        at=follower.at,
        since=since,
        until=until,
    )


def _dated(found: Iterable[Piece]) -> Iterator[Span]:
    for piece in found:
        day = piece.since.date()
        seconds = None if piece.shift is None else piece.shift.total_seconds()
        while day <= (piece.until - timedelta(microseconds=1)).date():
            yield Span(day.isoformat(), piece.since, piece.until, seconds, piece.due_at)
            day += _ONE_DAY


def _date(workflow: Workflow, rule: TimerRule) -> str | None:
    anchor = workflow.anchors.get(rule.anchor) if rule.owner in workflow.states else None
    return None if anchor is None else anchor.date


def _branches(workflow: Workflow, rule: TimerRule) -> Iterable[Branch]:
    if rule.fires is None:
        return ()
    state = workflow.states.get(rule.owner)
    owned = state.events.get(rule.fires, ()) if state is not None else ()
    return owned or workflow.anywhere.get(rule.fires, ())


def _fired(workflow: Workflow, rule: TimerRule) -> Iterator[Action]:
    """Yield what the first of the branches does that a timer fires."""
    for branch in _branches(workflow, rule):
        yield from branch.actions
        state = workflow.states.get(branch.to or "")
        yield from state.actions if state is not None else ()
        return


def _is_end(workflow: Workflow, branch: Branch) -> bool:
    state = workflow.states.get(branch.to or "")
    return state is not None and state.is_final


def _told(workflow: Workflow, actions: Iterable[Action]) -> Counter[str]:
    told: Counter[str] = Counter()
    for action in actions:
        if action.verb == "notify":
            told.update(workflow.messages[action.name].to)
        elif action.verb == "escalate":
            told.update(workflow.ladders[action.name].rungs[action.rung or 0].to)
    return told
