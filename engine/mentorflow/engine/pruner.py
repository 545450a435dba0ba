"""The Pruner: takes away effects that were done long ago, in pieces that hold nothing up."""

from datetime import timedelta

from mentorflow.engine import heartbeat
from mentorflow.engine.leases import STANDSTILL
from mentorflow.store import deliveries
from mentorflow.store.store import Store

BATCH = 1000
KEPT_FOR = timedelta(days=90)
"""How long effects that are done stay to be looked at. Those that failed stay until they are
seen to; the history always stays."""


class Pruner:
    """Keep the outbox small."""

    def __init__(self, store: Store, *, kept_for: timedelta = KEPT_FOR) -> None:
        self._store = store
        self.kept_for = kept_for

    def prune_batch(self) -> int:
        """Take away the effects that were done longest ago; return how many."""
        with self._store.transaction() as transaction:
            transaction.limit_idling(STANDSTILL)
            now = transaction.now()
            transaction.prune_workers(now - heartbeat.KEPT_FOR)
            before = now - self.kept_for
            transaction.prune_messages(before, most=BATCH)
            pruned = deliveries.prune(transaction, before, most=BATCH)
            return pruned + transaction.prune_effects(before, most=BATCH)
