"""The Timekeeper: time passing is an event too, claimed and decided in batches."""

import logging
from datetime import datetime, timedelta

from mentorflow.core.decide import Decision, decide
from mentorflow.core.mentorship import Event
from mentorflow.engine.library import Library
from mentorflow.store.rows import Saving
from mentorflow.store.store import Store
from mentorflow.store.transaction import Due, Transaction

BATCH = 1000
_TRY_AGAIN = timedelta(hours=1)
log = logging.getLogger("mentorflow.timekeeper")


class Timekeeper:
    """Fire the timers that are due, each exactly once."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def fire_batch(self, until: datetime | None) -> int:
        """Fire the timers due first, one for each mentorship; return how many there were.

        Of several timers of one mentorship the first may take the others away, so each batch
        decides one and leaves the rest to the next.
        """
        with self._store.transaction() as transaction:
            now = transaction.now()
            bound = now if until is None else min(until, now)
            claimed = transaction.claim_due(bound, most=BATCH, needs_all=self._library.needs_all)
            decided = [self._decided(due, now) for due in claimed]
            transaction.save([Saving(decision=found) for found in decided if found is not None])
            postponed = [due for due, found in zip(claimed, decided, strict=True) if not found]
            if postponed:
                _postpone(transaction, postponed, now + _TRY_AGAIN)
        return len(claimed)

    def _decided(self, due: Due, now: datetime) -> Decision | None:
        mentorship, timer = due.mentorship, due.timers[0]
        try:
            running = self._library.get(mentorship.workflow, mentorship.version)
            event = Event(name="", timer=timer)
            return decide(running.workflow, mentorship, event, running.timings, now)
        except Exception:
            # One mentorship that cannot be decided must not hold up all the others.
            log.exception("timer.undecided mentorship=%s timer=%s", mentorship.id, timer.name)
            return None


def _postpone(transaction: Transaction, undecided: list[Due], due_at: datetime) -> None:
    transaction.write(
        "postpone_timer",
        [
            (
                transaction.instant(due_at),
                due.mentorship.id,
                due.timers[0].name,
                due.timers[0].instance,
            )
            for due in undecided
        ],
    )
