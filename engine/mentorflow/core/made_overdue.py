"""Spreading what a migration made overdue over the waking hours that come."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import Timer
from mentorflow.core.migrating import counterpart_key
from mentorflow.core.pacing import Delay, PutOffBy, part_of
from mentorflow.core.retiming import followers, urgent_timers
from mentorflow.core.spreading import Window, spread
from mentorflow.core.timings import Rules
from mentorflow.core.workflow import Workflow


def delays_of(new: Rules, decision: Decision, over: timedelta) -> Iterator[tuple[Delay, Timer]]:
    """Yield until when each timer is put off that a migration made overdue.

    A reminder is put off to before what it reminds of at most; what is urgent is not put off.
    """
    workflow, timings = new
    now, mentorship = decision.entry.at, decision.mentorship
    for timer in _made_overdue(decision):
        if timer.name in urgent_timers(workflow):
            continue
        until = now + over
        if timer.name in _reminders(workflow):
            until = max(min(until, timer.anchor_at), now)
        window = Window(now, until, timings.calendar(mentorship.program).zone)
        instant = spread(window, part_of(mentorship.id, timer))
        yield Delay(instant, PutOffBy.MIGRATION), timer


def _made_overdue(decision: Decision) -> list[Timer]:
    now = decision.entry.at
    overdue = [one for one in decision.timers_put if _is_due(one, now)]
    if not overdue:
        return []
    # What was due before fires as it would have.
    due = (one for one in decision.before.timers if _is_due(one, now))
    was = {counterpart_key(decision, one.key) for one in due}
    return [one for one in overdue if one.key not in was]


def _is_due(timer: Timer, now: datetime) -> bool:
    return timer.due_at is not None and timer.due_at <= now


@lru_cache(maxsize=64)
def _reminders(workflow: Workflow) -> frozenset[str]:
    return frozenset(one.timer for one in followers(workflow) if one.is_before)
