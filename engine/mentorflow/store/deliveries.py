"""Deliveries in the store as people look at them: what became of each, and sending them anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core.delivering import Health
from mentorflow.core.notices import Form
from mentorflow.store.endpoints import Place, StoredEndpoint, endpoint_row
from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import Attempt, health_of
from mentorflow.webhooks.verifying import Webhook

LAST_PLACE = 2**62
"""Behind all there is."""
FIRST: Place = (0, 0)
_LOOKED_AT, _TIMED = 20_000, 200
"""How many deliveries are looked at for those to one endpoint, and how many of them are timed."""


class Latency(NamedTuple):
    """How long the latest requests took, in milliseconds."""

    requests: int
    p50: float
    p95: float


class Faring(NamedTuple):
    """An endpoint, how it fares and what waits for it."""

    endpoint: StoredEndpoint
    health: Health
    waiting: int
    oldest_at: datetime | None
    """When the first of those that wait was made."""
    latency: Latency | None = None
    """Of one that is looked at alone, and was sent something lately."""


class Delivery(NamedTuple):
    """A notice that is to reach an endpoint, and what became of it."""

    endpoint: str
    notice: str
    type: str
    mentorship_id: str
    sequence: int
    status: str
    cause: str
    attempts: int
    available_at: datetime
    created_at: datetime
    ended_at: datetime | None
    error: str | None


class StoredNotice(NamedTuple):
    """A notice with its bytes, as endpoints get it."""

    cursor: str
    """The place to pull on from."""
    id: str
    type: str
    mentorship_id: str
    sequence: int
    program: str
    at: datetime
    body: str

    @property
    def webhook(self) -> Webhook:
        """The same as a receiver gets from `mentorflow.webhooks.verify`."""
        return Webhook.of(self.id, self.at, self.body.encode())


class NoticeAt(NamedTuple):
    """A notice, and where it lies among all of them."""

    place: int
    id: str
    type: str
    mentorship_id: str
    sequence: int
    position: int
    program: str
    at: datetime
    body: str


class Recoverable(NamedTuple):
    """A notice an endpoint has not had."""

    place: int
    id: str
    type: str
    program: str
    mentorship_id: str
    sequence: int
    position: int


class Recovery(NamedTuple):
    """A range of notices that are sent once more, and how far that has come."""

    id: str
    endpoint: str
    since: datetime
    until: datetime
    types: Sequence[str]
    per_minute: int
    status: str
    counted: int
    done: int
    place: int
    begun_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    by: str | None
    reason: str


def list_endpoints(transaction: Transaction, *, after: str, most: int) -> list[Faring]:
    """Return endpoints in the order of their ids, with how they fare."""
    return [_faring(row) for row in transaction.read("list_endpoints", after, None, most)]


def faring_of(transaction: Transaction, endpoint: str) -> Faring | None:
    """Return one endpoint with how it fares."""
    for row in transaction.read("list_endpoints", "", endpoint, 1):
        return _faring(row)._replace(latency=_latency(transaction, endpoint))
    return None


def list_deliveries(
    transaction: Transaction, endpoint: str, *, status: str | None, before: int, most: int
) -> list[Delivery]:
    """Return the deliveries to an endpoint, the latest first, before a place."""
    found = transaction.read("list_deliveries", endpoint, status, before, most)
    return [_delivery(row) for row in found]


def list_attempts(transaction: Transaction, endpoint: str, notice: str) -> list[Attempt]:
    """Return the attempts at a delivery, the first first."""
    found = transaction.read("list_attempts", endpoint, notice)
    return [
        Attempt._make(
            (*row[:3], instant(row[3]), *row[4:10], decoded(row[10]), _instant(row[11]), row[12])
        )
        for row in found
    ]


def notice_at(transaction: Transaction, notice: str) -> NoticeAt | None:
    """Return a notice, if there is one of this id."""
    for row in transaction.read("select_notice", notice):
        return NoticeAt._make((*row[:7], instant(row[7]), row[8]))
    return None


def notice_place(transaction: Transaction, notice: str) -> Recoverable | None:
    """Return what it takes to send a notice."""
    found = notice_at(transaction, notice)
    if found is None:
        return None
    place, id_, type_, mentorship_id, sequence, position, program, *_ = found
    return Recoverable(place, id_, type_, program, mentorship_id, sequence, position)


def deliveries_of(transaction: Transaction, notice: str) -> list[Delivery]:
    """Return the deliveries of a notice, over all endpoints."""
    return [_delivery(row) for row in transaction.read("deliveries_of", notice)]


class Settled(NamedTuple):
    """Up to where nothing can appear any more that is not seen."""

    upto: int
    """The first transaction that may be open still."""
    is_certain: bool
    """Whether it is, and did not just end: then a second look sees further."""


def settled(transaction: Transaction) -> Settled:
    """Return before which transaction all that is written is seen."""
    ((upto, is_certain),) = transaction.read("settled")
    return Settled(upto, bool(is_certain))


def last_place(transaction: Transaction, *, upto: int = LAST_PLACE) -> Place:
    """Return the place of the last notice that is seen, of transactions before one."""
    for written_in, place in transaction.read("last_notice", upto):
        return written_in, place
    return FIRST


def pull(
    transaction: Transaction, after: Place, *, upto: int, form: Form, most: int
) -> list[StoredNotice]:
    """Return the notices after a place, of transactions before one, in the order of commits.

    They are in the form that is wanted, or in the thin one where they have none.
    """
    found = transaction.read("pull_notices", form.value, *after, upto, most)
    return [
        StoredNotice._make((f"{row[0]}-{row[1]}", *row[2:7], instant(row[7]), row[8]))
        for row in found
    ]


def send_anew(
    transaction: Transaction,
    endpoint: str,
    notices: Sequence[tuple[Recoverable, datetime]],
    *,
    cause: str,
) -> None:
    """Put notices up for delivery from the start of the schedule, each at an instant."""
    now, at = transaction.now(), transaction.instant
    rows = [
        (endpoint, one.id, one.mentorship_id, one.sequence, one.position, cause, at(due), at(now))
        for one, due in notices
    ]
    if rows:
        transaction.write("send_anew", rows)


def prune(transaction: Transaction, before: datetime, *, most: int) -> int:
    """Take away what was told longest ago, before an instant; return how much it was."""
    at = transaction.instant(before)
    keys = transaction.read("prune_deliveries", at, most)
    if keys:
        transaction.write("delete_attempts", [tuple(key) for key in keys])
    notices = [row[0] for row in transaction.read("prune_notices", most, at)]
    if notices:
        transaction.run("delete_forms", encoded(notices))
    return len(keys) + len(notices)


def recoverable(
    transaction: Transaction,
    endpoint: str,
    *,
    since: datetime,
    until: datetime,
    place: int,
    most: int,
) -> list[Recoverable]:
    """Return notices of a range behind a place that an endpoint has not had."""
    at = transaction.instant
    values = (endpoint, place, at(since), at(until), most)
    return [Recoverable(*row) for row in transaction.read("recoverable", *values)]


def put_recovery(transaction: Transaction, recovery: Recovery) -> None:
    """Write down how far a recovery has come."""
    at = transaction.instant
    row = (
        *recovery[:2],
        at(recovery.since),
        at(recovery.until),
        encoded(list(recovery.types)),
        *recovery[5:10],
        at(recovery.begun_at),
        at(recovery.changed_at),
        None if recovery.ended_at is None else at(recovery.ended_at),
        *recovery[13:],
    )
    transaction.write("put_recovery", [row])


def lock_recovery(transaction: Transaction, recovery: str) -> Recovery | None:
    """Return how far a recovery has come, and let nobody else take it further."""
    for row in transaction.read("lock_recovery", recovery):
        return Recovery._make(
            (
                *row[:2],
                instant(row[2]),
                instant(row[3]),
                decoded(row[4]),
                *row[5:10],
                instant(row[10]),
                instant(row[11]),
                _instant(row[12]),
                *row[13:],
            )
        )
    return None


def _delivery(row: Row) -> Delivery:
    instants = (instant(row[8]), instant(row[9]), _instant(row[10]))
    return Delivery._make((*row[:8], *instants, row[11]))


def _latency(transaction: Transaction, endpoint: str) -> Latency | None:
    found = transaction.read("latest_timings", _LOOKED_AT, endpoint, _TIMED)
    timings = [decoded(row[0]) for row in found]
    took = sorted(one["total"] for one in timings if one)
    if not took:
        return None
    return Latency(len(took), took[len(took) // 2], took[len(took) * 95 // 100])


def _faring(row: Row) -> Faring:
    endpoint, health, (waiting, oldest) = row[:18], row[18:29], row[29:]
    return Faring(endpoint_row(endpoint), health_of(health), waiting, _instant(oldest))


def _instant(value: Any) -> datetime | None:
    return None if value is None else instant(value)
