"""Leases: what marks a hold on effects, and what became of those that were lost."""

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta

from mentorflow.engine.watching import watcher
from mentorflow.store.rows import LostLease

_ATTEMPT = "attempt-"
QUEUED, BEGUN = "queued", "begun"
STANDSTILL = timedelta(minutes=1)
"""After which a process in the middle of a transaction is taken to have been stopped."""
log = logging.getLogger("mentorflow.lease")


def claim_lease() -> str:
    """Return a lease for effects that are on their way to a Carrier."""
    return f"claim-{secrets.token_hex(8)}"


def attempt_lease() -> str:
    """Return a lease for effects whose attempt begins."""
    return f"{_ATTEMPT}{secrets.token_hex(8)}"


def stage_of(lost: LostLease) -> str:
    """Return how far an effect had come: `queued` for a Carrier, or `begun` by one."""
    return BEGUN if lost.lease.startswith(_ATTEMPT) else QUEUED


def tell_of_lost(lost: Sequence[LostLease]) -> None:
    """Log and count leases that were lost, once their effects are free or claimed again.

    An effect that was `queued` was lost with its queue; of one that was `begun`, the Carrier died
    or stood still, and nobody knows how far it had come.
    """
    for found in lost:
        log.warning(
            "lease.rescued effect=%s stage=%s attempts=%d",
            found.effect_id,
            stage_of(found),
            found.attempts,
        )
    if lost:
        watcher().leases_rescued([stage_of(found) for found in lost])
