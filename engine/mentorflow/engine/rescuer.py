"""The Rescuer: sets effects free whose lease is over, and tells of them."""

from mentorflow.engine.leases import STANDSTILL, tell_of_lost
from mentorflow.store.store import Store

BATCH = 1000


class Rescuer:
    """Find what the dead and the stopped have left behind.

    Nothing waits for it: a claim takes effects whose lease is over as well. Where none is made,
    because the queue is away or full, it tells what was lost all the same.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def rescue_batch(self) -> int:
        """Set effects free whose lease is over; return how many."""
        with self._store.transaction() as transaction:
            transaction.limit_idling(STANDSTILL)
            lost = transaction.rescue_effects(transaction.now(), most=BATCH)
        tell_of_lost(lost)
        return len(lost)
