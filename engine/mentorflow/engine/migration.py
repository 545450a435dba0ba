"""Moving all mentorships of a version to another: tried without writing, then done in batches."""

import logging
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from mentorflow.core.decide import Decision
from mentorflow.core.made_overdue import delays_of
from mentorflow.core.mentorship import Event, Mentorship, Timer
from mentorflow.core.migrating import decide_migration, timer_changes
from mentorflow.core.pacing import Delay
from mentorflow.engine import tracing
from mentorflow.engine.collecting import uncollected
from mentorflow.engine.leases import STANDSTILL
from mentorflow.engine.library import Library
from mentorflow.errors import MigrationRefused
from mentorflow.store.limits import put_off
from mentorflow.store.rows import Saving
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

BATCH = 500
MOST_SHOWN = 100
_OVER = timedelta(hours=24)
"""What it makes overdue is spread over the waking hours of so long."""
_FIRST = "00000000-0000-0000-0000-000000000000"
log = logging.getLogger("mentorflow.migration")


class StateMoved(NamedTuple):
    """How many mentorships go from one state to its counterpart."""

    was: str
    state: str
    mentorships: int


class TimersChanged(NamedTuple):
    """What becomes of the timers of one name."""

    timer: str
    change: str
    """appears, vanishes or moves."""
    timers: int
    earliest: timedelta | None
    """How far they move, or how long from now those that appear or vanish would be due; None where
    they all stand still."""
    latest: timedelta | None
    median: timedelta | None


class Unmoved(NamedTuple):
    """A mentorship that stays with its version, and why."""

    id: str
    state: str
    reason: str


class MigrationReport(NamedTuple):
    """What a migration does, or would do."""

    workflow: str
    from_version: int
    to_version: int
    program: str | None
    mentorships: int
    """How many are moved."""
    states: Sequence[StateMoved]
    timers: Sequence[TimersChanged]
    put_off: int
    """How many timers it makes overdue, which are spread over the waking hours of a day."""
    escalations_resolved: int
    refused: Mapping[str, int]
    """How many are not, by the reason."""
    unmoved: Sequence[Unmoved]
    """The first hundred of those."""
    is_whole: bool = True
    """Whether it came to its end, and was not asked to stop before."""
    stranded: Sequence[str] = ()
    """Mentorships that cannot go on, of whatever workflow; always none."""


class Moving(NamedTuple):
    """A migration that was asked for, found possible."""

    workflow: str
    from_version: int
    to_version: int
    program: str | None
    event: Event


class Migration:
    """Move the mentorships of one version to another."""

    def __init__(self, library: Library, moving: Moving) -> None:
        self._library = library
        self._moving = moving
        self._tally = _Tally()

    def try_all(self, mentorships: Iterator[Mentorship], now: datetime) -> None:
        """Work out what would become of mentorships, and keep nothing but the counts."""
        with uncollected():
            for mentorship in mentorships:
                self._decided(mentorship, now)

    def run(
        self, store: Store, *, moved: Callable[[int], object], stop: Callable[[], bool]
    ) -> None:
        """Move mentorships batch by batch, a transaction each, until all were seen or told to stop.

        What is done stays done; called again, it goes on with the rest.
        """
        after = _FIRST
        while after and not stop():
            with (
                uncollected(),
                tracing.batch("mentorflow.migrate_batch") as traced,
                store.transaction() as transaction,
            ):
                transaction.trace = tracing.current_trace()
                transaction.limit_idling(STANDSTILL)
                ids = self._next(transaction, after)
                if ids:
                    self._move(transaction, ids)
                traced.size = len(ids)
            moved(len(ids))
            after = ids[-1] if ids else ""
        self._tally.is_whole = not after

    def report(self) -> MigrationReport:
        """Return what was done, or would be."""
        tally, moving = self._tally, self._moving
        states = sorted(tally.states.items())
        return MigrationReport(
            workflow=moving.workflow,
            from_version=moving.from_version,
            to_version=moving.to_version,
            program=moving.program,
            mentorships=sum(tally.states.values()),
            states=[StateMoved(was, state, count) for (was, state), count in states],
            timers=[_changed(key, how_far) for key, how_far in sorted(tally.timers.items())],
            put_off=tally.put_off,
            escalations_resolved=tally.escalations,
            refused=dict(tally.refused.most_common()),
            unmoved=tally.unmoved,
            is_whole=tally.is_whole,
        )

    def _next(self, transaction: Transaction, after: str) -> list[str]:
        moving = self._moving
        return transaction.pinned(
            moving.workflow,
            moving.from_version,
            program=moving.program,
            after=after,
            most=BATCH,
        )

    def _move(self, transaction: Transaction, ids: Sequence[str]) -> None:
        locked = transaction.lock_many(ids)
        self._library.refresh(transaction)
        now = transaction.now()
        decided = (
            self._decided(mentorship, now)
            for mentorship in locked.values()
            if mentorship.version == self._moving.from_version  # nobody was faster
        )
        found = [one for one in decided if one is not None]
        transaction.save(Saving(decision) for decision, _ in found)
        put_off(
            transaction,
            [
                (delay, decision.mentorship.id, timer)
                for decision, delays in found
                for delay, timer in delays
            ],
        )

    def _decided(self, mentorship: Mentorship, now: datetime) -> "_Decided | None":
        moving = self._moving
        old, new = (
            self._library.get(moving.workflow, version)
            for version in (moving.from_version, moving.to_version)
        )
        try:
            decision = decide_migration(old, new, mentorship, moving.event, now)
            delays = list(delays_of(new, decision, _OVER))
        except MigrationRefused as refused:
            self._tally.refuse(mentorship, str(refused))
        except Exception as failed:
            # One mentorship that cannot be decided must not hold up all the others.
            log.exception("migration.undecided mentorship=%s", mentorship.id)
            self._tally.refuse(mentorship, f"it cannot be decided: {type(failed).__name__}")
        else:
            self._tally.note(decision, delays)
            return _Decided(decision, delays)
        return None


class _Decided(NamedTuple):
    """What moving a mentorship changes, and what is put off that this would make due at once."""

    decision: Decision
    delays: Sequence[tuple[Delay, Timer]]


class _HowFar:
    """How many timers, and by how many seconds each."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = array("d")  # a million of them are eight megabytes


class _Tally:
    """What a migration comes to, counted decision by decision."""

    def __init__(self) -> None:
        self.states: Counter[tuple[str, str]] = Counter()
        self.timers: dict[tuple[str, str], _HowFar] = {}
        self.put_off = 0
        self.escalations = 0
        self.refused: Counter[str] = Counter()
        self.unmoved: list[Unmoved] = []
        self.is_whole = True

    def note(self, decision: Decision, delays: Sequence[tuple[Delay, Timer]]) -> None:
        """Count a decision, and what it puts off."""
        self.put_off += len(delays)
        self.states[decision.before.state, decision.mentorship.state] += 1
        self.escalations += sum(found.status.is_over for found in decision.escalations)
        for change in timer_changes(decision):
            found = self.timers.setdefault((change.name, change.change), _HowFar())
            found.count += 1
            if change.by is not None:
                found.seconds.append(change.by.total_seconds())

    def refuse(self, mentorship: Mentorship, reason: str) -> None:
        """Count a mentorship that stays."""
        self.refused[reason] += 1
        if len(self.unmoved) < MOST_SHOWN:
            self.unmoved.append(Unmoved(mentorship.id, mentorship.state, reason))


def _changed(key: tuple[str, str], how_far: _HowFar) -> TimersChanged:
    if not how_far.seconds:
        return TimersChanged(*key, how_far.count, None, None, None)
    spans = (min(how_far.seconds), max(how_far.seconds), median(how_far.seconds))
    earliest, latest, middle = (timedelta(seconds=span) for span in spans)
    return TimersChanged(*key, how_far.count, earliest, latest, middle)
