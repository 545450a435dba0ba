"""What an attempt at a delivery means: for the delivery, and for the endpoint it was sent to.

Pure, so that every rule can be held against a table: what counts as taken, when the next attempt
is, when an endpoint is left alone for a while, and when it is disabled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
"""How long after the attempt before, of the example of Standard Webhooks; the first is at once."""
JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=24)
SHORTEST_RETRY_AFTER = timedelta(seconds=60)
BREAKS_AFTER = 10
"""Failures in a row after which an endpoint is only probed."""
_COUNTED_FOR = timedelta(minutes=5)
_FEWEST = 20
"""Requests within that time, of which half failed, after which an endpoint is left alone."""
_PROBES = (30, 60, 120, 240, 480, 600)
"""Seconds between probes."""
DISABLED_AFTER = timedelta(days=5)
"""Nothing but failures; that they lie half a day apart at least goes without saying then."""
_LEAST_FAILURES = 10
WARNED_AFTER = (timedelta(days=1), timedelta(days=3))
_GONE, _TOO_LARGE, _UNSUPPORTED = 410, 413, 415
_SLOW_DOWN, _UNAVAILABLE = 429, 503
HOLDING = frozenset({_GONE, _SLOW_DOWN, _UNAVAILABLE})
"""Answers that may be about all that is to be sent to an endpoint."""
OVERLOADED = frozenset({502, 504})
"""Answers after which fewer requests are under way at once."""
_TAKEN = range(200, 300)
DISABLE, ABORT = "disable", "abort-message"
"""What a receiver may say in the header `webhook-delivery`."""


class Hold(StrEnum):
    """What holds an endpoint's deliveries back."""

    BREAKER = "breaker"
    """It failed too often in a row: only a probe is sent from time to time."""
    RETRY_AFTER = "retry_after"
    """It asked to be left alone until then."""
    SEALED = "sealed"
    """Its secrets cannot be opened: the key they were sealed with is missing."""


class Health(NamedTuple):
    """How an endpoint fares."""

    failures: int = 0
    """In a row."""
    probes: int = 0
    """In a row, since the breaker is open."""
    failing_since: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    held_until: datetime | None = None
    held_by: Hold | None = None
    warned: int = 0
    counted_since: datetime | None = None
    """From when on requests are counted, for five minutes."""
    sent: int = 0
    """How many there were since then."""
    failed: int = 0
    """How many of them failed."""

    @property
    def breaker(self) -> str:
        """`closed`, or `open`: then nothing is sent but a probe from time to time."""
        return "open" if self.is_probed or self.held_by is Hold.BREAKER else "closed"

    @property
    def disables_at(self) -> datetime | None:
        """When it is disabled if all goes on failing; None where the last one was taken."""
        return None if self.failing_since is None else self.failing_since + DISABLED_AFTER

    @property
    def is_probed(self) -> bool:
        """Whether the breaker is open: one delivery at a time, to see whether it is well again."""
        return self.failures >= BREAKS_AFTER

    def is_held(self, now: datetime) -> bool:
        """Whether nothing is sent to it at an instant."""
        return self.held_until is not None and self.held_until > now


class Answered(NamedTuple):
    """What came of one attempt."""

    at: datetime
    status: int | None
    """None where there was no answer that could be read."""
    error: str | None = None
    """The class of what went wrong, where something did."""
    retry_after: timedelta | None = None
    control: str | None = None
    """What the receiver said in the header `webhook-delivery`."""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it: only an answer of 2xx says so."""
        return self.error is None and self.status is not None and self.status in _TAKEN


class Verdict(NamedTuple):
    """What becomes of a delivery and of its endpoint."""

    status: str
    """`done`, `pending` or `failed`."""
    next_at: datetime | None
    why: str
    health: Health
    disable: str | None = None
    """Why the endpoint is to be disabled, where it is."""
    warn: bool = False
    """Whether somebody is to be told that it fails."""


def judge(
    health: Health,
    answered: Answered,
    *,
    attempt: int,
    chance: float,
    schedule: Sequence[timedelta] = SCHEDULE,
) -> Verdict:
    """Return what an attempt leads to; `chance`, from 0 to below 1, spreads the next ones."""
    health = _counted(health, answered)
    if answered.is_taken:
        return Verdict("done", None, "it was taken", _well(health, answered.at))
    health = _failed(health, answered)
    told = f"it answered {answered.status}" if answered.status is not None else answered.error
    gone = _disabling(health, answered)
    if gone is not None:
        return Verdict("failed", None, gone, health, disable=gone)
    warn = _is_to_warn(health, answered.at)
    health = health._replace(warned=health.warned + warn)
    if answered.status in {_TOO_LARGE, _UNSUPPORTED} or answered.control == ABORT:
        why = f"{told}: this notice is not sent again"
        return Verdict("failed", None, why, health, warn=warn)
    if attempt >= len(schedule):
        return Verdict("failed", None, f"{told}, at the last attempt", health, warn=warn)
    wait = schedule[attempt] * (1 + JITTER * (2 * chance - 1))
    next_at = answered.at + wait
    why = f"{told}; attempt {attempt + 1} of {len(schedule)} comes then"
    if health.held_until is not None and health.held_until > next_at:
        next_at = health.held_until
        why = f"{told}; the endpoint is left alone until then ({health.held_by})"
    return Verdict("pending", next_at, why, health, warn=warn)


def schedule_of(waits: Sequence[float] | None) -> tuple[timedelta, ...]:
    """Return the schedule of an endpoint with waits of its own, in seconds; None is the usual."""
    if waits is None:
        return SCHEDULE
    return (timedelta(), *(timedelta(seconds=one) for one in waits))


def left_alone(health: Health, now: datetime) -> Health:
    """Return how an endpoint fares that cannot be signed to: it is looked at again later."""
    return _held(health, now + timedelta(seconds=_PROBES[1]), Hold.SEALED)


def _counted(health: Health, answered: Answered) -> Health:
    """Count an attempt among those of five minutes."""
    since = health.counted_since
    if since is None or answered.at - since >= _COUNTED_FOR:
        health = health._replace(counted_since=answered.at, sent=0, failed=0)
    return health._replace(sent=health.sent + 1, failed=health.failed + (not answered.is_taken))


def _well(health: Health, at: datetime) -> Health:
    """Return how an endpoint fares that has taken one: only how many failed lately is kept."""
    return Health(
        last_success_at=at,
        last_failure_at=health.last_failure_at,
        counted_since=health.counted_since,
        sent=health.sent,
        failed=health.failed,
    )


def _failed(health: Health, answered: Answered) -> Health:
    now = answered.at
    health = health._replace(
        failures=health.failures + 1,
        failing_since=health.failing_since or now,
        last_failure_at=now,
    )
    held = _asked_for(answered)
    if held is not None:
        health = _held(health, now + held, Hold.RETRY_AFTER)
    if health.sent >= _FEWEST and health.failed * 2 >= health.sent:
        # The count begins anew after the pause: it is well again, or it is not.
        health = health._replace(counted_since=None, sent=0, failed=0)
        health = _held(health, now + timedelta(seconds=_PROBES[0]), Hold.BREAKER)
    if health.is_probed:
        pause = _PROBES[min(health.probes, len(_PROBES) - 1)]
        health = health._replace(probes=health.probes + 1)
        health = _held(health, now + timedelta(seconds=pause), Hold.BREAKER)
    return health


def _asked_for(answered: Answered) -> timedelta | None:
    """Return for how long a receiver asks to be left alone."""
    if answered.status not in {_SLOW_DOWN, _UNAVAILABLE}:
        return None
    if answered.retry_after is None:
        return SHORTEST_RETRY_AFTER if answered.status == _SLOW_DOWN else None
    return min(answered.retry_after, LONGEST_RETRY_AFTER)


def _held(health: Health, until: datetime, by: Hold) -> Health:
    if health.held_until is not None and health.held_until >= until:
        return health
    return health._replace(held_until=until, held_by=by)


def _disabling(health: Health, answered: Answered) -> str | None:
    if answered.status == _GONE:
        return "it answered 410 Gone"
    if answered.control == DISABLE:
        return "it asked to be disabled"
    since, last = health.failing_since, health.last_failure_at
    if since is None or last is None or health.failures < _LEAST_FAILURES:
        return None
    if last - since >= DISABLED_AFTER:
        return f"nothing but failures since {since.isoformat()}"
    return None


def _is_to_warn(health: Health, now: datetime) -> bool:
    if health.failing_since is None or health.warned >= len(WARNED_AFTER):
        return False
    return now - health.failing_since >= WARNED_AFTER[health.warned]
