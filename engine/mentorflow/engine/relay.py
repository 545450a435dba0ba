"""The Relay: leases effects of the outbox in batches, for a Carrier here or in another process."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from mentorflow.core.keys import EffectKey
from mentorflow.engine import tracing
from mentorflow.engine.leases import claim_lease, tell_of_lost
from mentorflow.store.store import Store

BATCH = 200
QUEUED_FOR = timedelta(minutes=1)
"""How long effects may wait between their claim and their Carrier before they are claimed again."""


class Claim(NamedTuple):
    """Effects that are leased, to be carried out by whoever gets hold of this."""

    lease: str
    keys: Sequence[EffectKey]


class Relay:
    """Hand out the effects that are to be carried out."""

    def __init__(self, store: Store, *, queued_for: timedelta = QUEUED_FOR) -> None:
        self._store = store
        self._queued_for = queued_for

    def claim_batch(self, *, most: int = BATCH) -> Claim:
        """Lease the effects that are available first."""
        lease = claim_lease()
        with tracing.batch("mentorflow.claim") as traced, self._store.transaction() as transaction:
            transaction.limit_idling(self._queued_for)
            now = transaction.now()
            keys = transaction.claim_effects(
                now, most=most, lease=lease, leased_until=now + self._queued_for
            )
            traced.size = len(keys)
        tell_of_lost(transaction.lost_leases)
        return Claim(lease, keys)
