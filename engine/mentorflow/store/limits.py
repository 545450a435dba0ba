"""Limits in the store: how many timers of a timing may fire, and which are put off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Timer, TimerKey
from mentorflow.core.override import TimingChange
from mentorflow.core.pacing import Delay, Limit, PutOffBy
from mentorflow.store import operating
from mentorflow.store.ranges import Range
from mentorflow.store.rows import encoded, instant
from mentorflow.store.transaction import Transaction

LimitKey = tuple[str, str]
"""A workflow and one of its timings."""


class StoredLimit(NamedTuple):
    """What operators have said of a timing."""

    workflow: str
    timing: str
    per_minute: int | None
    jitter: str | None

    @property
    def key(self) -> LimitKey:
        """What it is a limit for."""
        return self[:2]

    @property
    def limit(self) -> Limit | None:
        """The limit; None where it was taken back."""
        if self.per_minute is None and self.jitter is None:
            return None
        jitter = None if self.jitter is None else Duration.parse(self.jitter).exact
        return Limit(self.per_minute, jitter)


def changed_limits(transaction: Transaction, *, after: int) -> list[StoredLimit]:
    """Return the limits that were set or taken back after a revision."""
    return [StoredLimit(*row) for row in transaction.read("select_limits", after)]


def put_limit(transaction: Transaction, limit: StoredLimit, change: TimingChange) -> None:
    """Set a limit, or take it back, and write down who did and why."""
    transaction.write("put_limit", [(*limit, change.revision)])
    row = operating.change_row(change, transaction.instant)
    transaction.write("insert_timing_change", [row])


def lock_limits(
    transaction: Transaction, keys: Iterable[LimitKey]
) -> list[tuple[StoredLimit, datetime | None]]:
    """Let nobody else give room away, or change the limits.

    Return each as it stands, with from when on there is room; None where always.
    """
    found = transaction.read("lock_limits", encoded(sorted(keys)))
    return [
        (StoredLimit(*row), None if free_at is None else instant(free_at))
        for *row, free_at in found
    ]


def keep_limits(transaction: Transaction, free_at: Mapping[LimitKey, datetime]) -> None:
    """Write down from when on there is room for more."""
    rows = [(transaction.instant(at), *key) for key, at in free_at.items()]
    if rows:
        transaction.write("keep_limit", rows)


def put_off_by(
    transaction: Transaction, timers: Iterable[tuple[str, Timer]]
) -> dict[tuple[str, TimerKey], PutOffBy]:
    """Return what has put timers off, of those that are."""
    keys = [(id_, *timer.key) for id_, timer in timers]
    return {
        (id_, (name, instance)): PutOffBy(by)
        for id_, name, instance, by in transaction.read("select_put_off", encoded(keys))
    }


def put_off(transaction: Transaction, delays: Sequence[tuple[Delay, str, Timer]]) -> None:
    """Have due timers be due later."""
    rows = [
        (transaction.instant(until), by.value, id_, *timer.key)
        for (until, by), id_, timer in delays
    ]
    if rows:
        transaction.write("postpone_timer", rows)


def recall_limited(transaction: Transaction, key: LimitKey, some: Range) -> None:
    """Have those be due now that a limit put off, of a range of mentorships."""
    transaction.run("recall_limited", transaction.instant(transaction.now()), *key, *some)
