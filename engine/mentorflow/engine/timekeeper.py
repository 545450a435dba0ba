"""The Timekeeper: time passing is an event too, claimed and decided in batches."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.decide import Decision, decide
from mentorflow.core.machine import walk
from mentorflow.core.mentorship import Event, Timer
from mentorflow.core.pacing import PutOffBy
from mentorflow.engine import tracing
from mentorflow.engine.collecting import uncollected
from mentorflow.engine.leases import STANDSTILL
from mentorflow.engine.library import Library
from mentorflow.engine.pacing import is_limited, pace
from mentorflow.engine.watching import watcher
from mentorflow.store.programs import program_named, set_aside
from mentorflow.store.rows import Saving
from mentorflow.store.store import Store
from mentorflow.store.transaction import Due, Transaction

BATCH = 1000
_TRY_AGAIN = timedelta(hours=1)
log = logging.getLogger("mentorflow.timekeeper")


class Fired(NamedTuple):
    """What a batch came to."""

    size: int
    """How many timers there were."""
    next_in: timedelta | None
    """How long it was, before it, until the first timer was due; None where there was none."""
    passed_over: int = 0
    """Those of them that did not fire: their program is frozen, or a limit put them off."""

    @property
    def fired(self) -> int:
        """How many fired, or passed without effect."""
        return self.size - self.passed_over


class Timekeeper:
    """Fire the timers that are due, each exactly once."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def fire_batch(self, until: datetime | None) -> Fired:
        """Fire the timers due first, one for each mentorship.

        Of several timers of one mentorship the first may take the others away, so each batch
        decides one and leaves the rest to the next. Those of frozen programs are set aside.
        """
        with (
            uncollected(),
            tracing.batch("mentorflow.fire_batch") as traced,
            self._store.transaction() as transaction,
        ):
            due_at, now = transaction.next_timer(), transaction.now()
            bound = now if until is None else min(until, now)
            next_in = None if due_at is None else due_at - now
            if due_at is None or due_at > bound:
                return Fired(0, next_in)
            transaction.trace = tracing.current_trace()
            transaction.limit_idling(STANDSTILL)
            knows_of_frozen = bool(self._library.frozen())
            if knows_of_frozen:
                # Nobody resumes a program, unseen, while its timers are set aside. Before the
                # claim, as those who start do: then two of us never wait for each other.
                transaction.hold_revision()
            batch = _Batch(self._library.needs_all)
            claimed = transaction.claim_due(bound, most=BATCH, needs_all=batch.needs_all)
            transaction.save(self._savings(transaction, claimed, batch, now))
            if batch.limited:
                firing = pace(transaction, self._library, batch.limited)
                batch.put_off = len(batch.limited) - len(firing)
                transaction.save(self._decisions(firing, batch, now))
            if batch.undecided:
                _postpone(transaction, batch.undecided, now + _TRY_AGAIN)
            if knows_of_frozen:
                _set_aside(transaction, batch.frozen)
            traced.size = batch.size
        watcher().timers_fired(batch.due, now)
        passed_over = len(batch.frozen) + batch.put_off
        return Fired(batch.size + passed_over, next_in, passed_over)

    def _savings(
        self, transaction: Transaction, claimed: Iterator[Due], batch: "_Batch", now: datetime
    ) -> Iterator[Saving]:
        for due in claimed:
            self._library.refresh(transaction)
            if due.mentorship.program in self._library.frozen():
                batch.frozen.append(due)
                continue
            if self._library.needs_all != batch.needs_all:
                # By a version that was not known when they were claimed, more timers may be needed
                # than were read. What is left is claimed again at once.
                batch.size += 1
                return
            if is_limited(self._library, due):
                batch.limited.append(due)
            else:
                yield from self._decisions([due], batch, now)

    def _decisions(self, dues: Iterable[Due], batch: "_Batch", now: datetime) -> Iterator[Saving]:
        for due in dues:
            batch.size += 1
            decision = self._decided(due, now)
            if decision is None:
                batch.undecided.append((due.mentorship.id, due.timers[0]))
            else:
                batch.note(due.timers[0])
                yield Saving(decision=decision)

    def _decided(self, due: Due, now: datetime) -> Decision | None:
        mentorship, timer = due.mentorship, due.timers[0]
        try:
            running = self._library.get(mentorship.workflow, mentorship.version)
            event = Event(name="", timer=timer)
            return decide(running.workflow, mentorship, event, running.timings, now, move=walk)
        except Exception:
            # One mentorship that cannot be decided must not hold up all the others.
            log.exception("timer.undecided mentorship=%s timer=%s", mentorship.id, timer.name)
            return None


class _Batch:
    """What became of a batch, counted while its decisions pass by."""

    def __init__(self, needs_all: frozenset[str]) -> None:
        self.needs_all = needs_all
        """The timers whose mentorships were read with all of their timers."""
        self.size = 0
        self.undecided: list[tuple[str, Timer]] = []
        self.frozen: list[Due] = []
        """Those of programs that are frozen."""
        self.limited: list[Due] = []
        """Those whose timing has a limit."""
        self.put_off = 0
        """How many of them do not fire for now."""
        self.due: list[datetime] = []
        """When those that fired were due."""

    def note(self, timer: Timer) -> None:
        """Note when a timer was due that fires."""
        if timer.due_at is not None:
            self.due.append(timer.due_at)


def _postpone(
    transaction: Transaction, undecided: list[tuple[str, Timer]], due_at: datetime
) -> None:
    due = transaction.instant(due_at)
    rows = [(due, PutOffBy.RETRY, id_, *timer.key) for id_, timer in undecided]
    transaction.write("postpone_timer", rows)


def _set_aside(transaction: Transaction, frozen: list[Due]) -> None:
    """Set timers aside whose program is frozen indeed, whatever another thread has loaded since.

    Others stay due, for the next batch.
    """
    programs = {due.mentorship.program for due in frozen}
    known = (program_named(transaction, program) for program in programs)
    still = {one.id for one in known if one is not None and one.frozen_at is not None}
    set_aside(
        transaction,
        (
            (due.mentorship.id, timer)
            for due in frozen
            if due.mentorship.program in still
            for timer in due.timers
        ),
    )
