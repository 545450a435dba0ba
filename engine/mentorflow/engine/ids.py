"""New ids: UUIDs of version 7, so that rows made together lie together, in the order made."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANDOM_BITS = 74


class IdMaker:
    """Make ids that grow, also within one millisecond (RFC 9562, section 6.2, method 2)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = (0, 0)

    def new_id(self, now: datetime) -> str:
        """Return a UUID of version 7 for an instant (RFC 9562, section 5.7)."""
        milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
        with self._lock:
            if milliseconds == self._last[0]:
                chance = self._last[1] + 1 + secrets.randbits(32)
            else:
                # The first bit is left free, so that a millisecond is never full.
                chance = secrets.randbits(_RANDOM_BITS - 1)
            self._last = (milliseconds, chance)
        return str(UUID(int=_laid_out(milliseconds, chance)))


def _laid_out(milliseconds: int, chance: int) -> int:
    high, low = chance >> 62, chance & (1 << 62) - 1
    version, variant = 0x7, 0x2
    return (milliseconds & (1 << 48) - 1) << 80 | version << 76 | high << 64 | variant << 62 | low


def is_id(text: object) -> bool:
    """Whether a text can be the id of a mentorship."""
    return isinstance(text, str) and _FORM.fullmatch(text) is not None
