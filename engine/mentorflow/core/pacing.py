"""Pacing: when a timer fires that is due together with too many others of its timing."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32

from mentorflow.core.mentorship import Timer

_MINUTE = timedelta(minutes=1)
_KEPT = _MINUTE
"""For so long a timer keeps its place that nobody looked for in time."""
_PARTS = 1 << 32


class PutOffBy(StrEnum):
    """What made a timer due later than its rule has it."""

    PLAN = "plan"
    """A plan would have made it due at once, and spread it."""
    RESUME = "resume"
    """It came due while its program was frozen, and was spread when that went on."""
    MIGRATION = "migration"
    """Another version of its workflow would have made it due at once."""
    LIMIT = "limit"
    """As many of its timing fired in that minute as may."""
    JITTER = "jitter"
    """Those of its timing that are due at once are strewn."""
    RETRY = "retry"
    """It could not be decided, and is tried again."""


class Limit(NamedTuple):
    """How many timers of a timing may fire, and how those due at once are strewn."""

    per_minute: int | None = None
    jitter: timedelta | None = None

    def __str__(self) -> str:
        parts = []
        if self.per_minute is not None:
            parts.append(f"{self.per_minute} a minute")
        if self.jitter is not None:
            parts.append(f"strewn over {self.jitter}")
        return ", ".join(parts) or "none"


class Delay(NamedTuple):
    """Until when a timer is put off, and by what."""

    until: datetime
    by: PutOffBy


class Pacer:
    """The room there is for the timers of one timing, given away in the order they are due.

    Each timer takes its part of a minute, so that no minute has more of them than its limit. Who
    finds no room at once gets a place of its own, and keeps it.
    """

    def __init__(self, limit: Limit, free_at: datetime | None, now: datetime) -> None:
        self._limit = limit
        self._now = now
        self.free_at = now if free_at is None else max(free_at, now)
        """From when on there is room for one more."""

    def delay(
        self,
        mentorship_id: str,
        timer: Timer,
        put_off_by: PutOffBy | None,
        *,
        latest: datetime | None,
    ) -> Delay | None:
        """Return until when a due timer is put off; None where it fires now.

        `put_off_by` is what put it off before. After `latest` it would be of no use: where there
        is no room before, it fires now.
        """
        due_at = timer.due_at or self._now
        if self._limit.jitter is not None and put_off_by is None:
            strewn = due_at + self._limit.jitter * part_of(mentorship_id, timer)
            if self._now < strewn and (latest is None or strewn < latest):
                return Delay(strewn, PutOffBy.JITTER)
        if self._limit.per_minute is None:
            return None
        if put_off_by is PutOffBy.LIMIT and due_at > self._now - _KEPT:
            return None
        place = self.free_at.replace(microsecond=0)
        if place > self._now and latest is not None and place >= latest:
            return None
        self.free_at += _MINUTE / self._limit.per_minute
        return Delay(place, PutOffBy.LIMIT) if place > self._now else None


def part_of(mentorship_id: str, timer: Timer) -> float:
    """Return a part of one, by chance, but always the same for a timer at an instant."""
    return crc32(f"{mentorship_id} {timer.name} {timer.instance} {timer.due_at}".encode()) / _PARTS
