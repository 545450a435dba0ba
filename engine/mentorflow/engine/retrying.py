"""When an effect that failed is tried again: exponential waits with jitter, by its kind."""

from datetime import timedelta
from typing import NamedTuple
from zlib import crc32

from mentorflow.errors import WornOut
from mentorflow.store.rows import ClaimedEffect

_JITTER = 0.2
"""A fifth to either side: what failed together does not come back together."""
_LOST_TOGETHER = 2
"""Attempts that may be lost with those of others; a machine that goes down takes one or two."""


class Retrying(NamedTuple):
    """How often an effect is tried, and how long the waits between are."""

    first: timedelta
    factor: int
    longest: timedelta
    most_attempts: int
    """Attempts after which it is given up, and waits as an incident for a person."""

    def is_suspect(self, effect: ClaimedEffect) -> bool:
        """Say whether an effect may be what kills its Carriers: no attempt has ever come back."""
        return effect.error is None and effect.attempts > _LOST_TOGETHER

    def require_attempts_left(self, effect: ClaimedEffect) -> None:
        """Begin no further attempt where each one before ended with its Carrier.

        Raises:
            WornOut: if it has had all its attempts, and none came back to say that it failed.
        """
        if effect.attempts > self.most_attempts:
            raise WornOut(
                f"{self.most_attempts} attempts were begun, and the last of them ended with the "
                "process that made it"
            )

    def wait_after(self, effect: ClaimedEffect) -> timedelta | None:
        """Return how long to wait after an attempt that failed; None to give up.

        The jitter comes from the effect's id, so that the same failure has the same history.
        """
        if effect.attempts >= self.most_attempts:
            return None
        wait: timedelta = min(self.first * self.factor ** (effect.attempts - 1), self.longest)
        share = crc32(f"{effect.id}/{effect.attempts}".encode()) / 0xFFFFFFFF
        return wait * (1 + _JITTER * (2 * share - 1))


_MESSAGE = Retrying(timedelta(seconds=5), 4, timedelta(hours=6), 8)
"""5 s to 6 h: a mail server is back within the day, and a message is stale after it."""
_RUNG = Retrying(timedelta(seconds=5), 3, timedelta(hours=1), 12)
"""Told at least every hour: somebody is to act on it."""
_HOST = Retrying(timedelta(seconds=5), 3, timedelta(hours=4), 12)
"""A host's callback may be broken until somebody deploys the next day."""
BY_KIND = {"notify": _MESSAGE, "escalate": _RUNG, "call": _HOST, "publish": _HOST}
