"""Putting due timers off whose timing has a limit, in the transaction that has claimed them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mentorflow.core.mentorship import Timer
from mentorflow.core.pacing import Delay, Pacer
from mentorflow.engine.library import Library
from mentorflow.store import limits as stored
from mentorflow.store.limits import LimitKey
from mentorflow.store.transaction import Due, Transaction


def pace(transaction: Transaction, library: Library, dues: Sequence[Due]) -> list[Due]:
    """Return those that fire now; put the others off, each to a place of its own."""
    pacers = _pacers(transaction, {_key(due) for due in dues})
    known = stored.put_off_by(transaction, ((due.mentorship.id, due.timers[0]) for due in dues))
    firing: list[Due] = []
    delays: list[tuple[Delay, str, Timer]] = []
    for due in dues:
        id_, timer = due.mentorship.id, due.timers[0]
        pacer = pacers.get(_key(due))
        by, latest = known.get((id_, timer.key)), _latest(library, due)
        delay = None if pacer is None else pacer.delay(id_, timer, by, latest=latest)
        if delay is None:
            firing.append(due)
        else:
            delays.append((delay, id_, timer))
    stored.put_off(transaction, delays)
    stored.keep_limits(transaction, {key: pacer.free_at for key, pacer in pacers.items()})
    return firing


def is_limited(library: Library, due: Due) -> bool:
    """Whether the timing of a due timer has a limit."""
    limits = library.limits()
    return bool(limits) and _key(due) in limits


def _pacers(transaction: Transaction, keys: Iterable[LimitKey]) -> dict[LimitKey, Pacer]:
    """Return who gives room away, by the limits as they stand once they are locked.

    The library may know older ones: a limit can be changed after the timers were claimed.
    """
    now = transaction.now()
    return {
        one.key: Pacer(one.limit, free_at, now)
        for one, free_at in stored.lock_limits(transaction, keys)
        if one.limit is not None
    }


def _key(due: Due) -> LimitKey:
    return due.mentorship.workflow, due.timers[0].timing


def _latest(library: Library, due: Due) -> datetime | None:
    """Return what a timer reminds of, after which it is of no use."""
    mentorship, timer = due.mentorship, due.timers[0]
    workflow = library.get(mentorship.workflow, mentorship.version).workflow
    rule = workflow.timers.get(timer.name)
    return timer.anchor_at if rule is not None and rule.is_before else None
