"""Webhooks in the store: who is to hear of what, serving endpoints, settling what was sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.delivering import Health, Hold, schedule_of
from mentorflow.core.notices import Form, Subscription
from mentorflow.store.rows import Row, decoded, encoded, instant
from mentorflow.store.transaction import Transaction

_LOOKED_AT = 10_000
"""Deliveries that wait for an endpoint, of which the first is looked for."""
_DIED = "whoever sent it ended before it was settled: it may have arrived, and is sent again"
_GONE = "its notice is kept no longer: it was pruned before it was sent"


AttemptKey = tuple[str, str, int]
"""An endpoint, a notice, and the number of an attempt at that delivery."""


class Served(NamedTuple):
    """An endpoint that is ours to serve for now, and how it fares."""

    endpoint: str
    health: Health
    url: str
    form: Form
    is_strict: bool
    per_minute: int | None
    schedule: Sequence[timedelta]
    """How long after the attempt before each one is."""
    headers: str | None
    """Encrypted."""
    secrets: str
    """Encrypted."""
    is_enabled: bool
    revision: int
    free_at: datetime | None
    """From when on its rate allows one more."""


class Begun(NamedTuple):
    """A delivery of which an attempt has begun."""

    endpoint: str
    notice: str
    number: int
    """Of the attempt, over all times it was sent."""
    base: int
    cause: str
    form: Form
    """The one that is wanted, or thin where the notice has no other."""
    body: str
    """The text that is sent."""

    @property
    def key(self) -> AttemptKey:
        """What the attempt is known by."""
        return self.endpoint, self.notice, self.number

    @property
    def attempt(self) -> int:
        """Which attempt it is since it was last sent anew."""
        return self.number - self.base


class Attempt(NamedTuple):
    """One attempt at a delivery, as it is kept."""

    endpoint: str
    notice: str
    number: int
    at: datetime
    cause: str
    status_code: int | None
    error: str | None
    detail: str | None
    excerpt: str | None
    address: str | None
    timings: Mapping[str, Any]
    next_at: datetime | None
    why: str


def changed_subscriptions(
    transaction: Transaction, *, after: int
) -> dict[str, Subscription | None]:
    """Return what endpoints want that changed after a revision; None where they are removed."""
    return {row[0]: _subscription(row) for row in transaction.read("select_subscriptions", after)}


def serve(
    transaction: Transaction, now: datetime, *, most: int, lease: str, leased_until: datetime
) -> list[str]:
    """Take endpoints over that nobody serves and to which something is to be sent."""
    at = transaction.instant
    found = transaction.read("serve_endpoints", lease, at(leased_until), at(now), most)
    endpoints = [row[0] for row in found]
    if endpoints:
        transaction.run("log_abandoned", at(now), _DIED, encoded(endpoints))
        transaction.run("free_deliveries", encoded(endpoints))
    return endpoints


def hold(transaction: Transaction, *, lease: str) -> dict[str, Served]:
    """Return the endpoints of a lease that nobody else has taken over, nor will meanwhile."""
    return {row[0]: _served(row) for row in transaction.read("hold_endpoints", lease)}


def renew(transaction: Transaction, *, lease: str, leased_until: datetime) -> None:
    """Hold the endpoints of a lease for longer."""
    transaction.run("renew_leases", transaction.instant(leased_until), lease)


def release(transaction: Transaction, endpoints: Sequence[str], *, lease: str) -> None:
    """Let others serve endpoints."""
    if endpoints:
        transaction.run("release_endpoints", lease, encoded(list(endpoints)))


def claim(
    transaction: Transaction, wanted: Sequence[tuple[Served, int]], now: datetime, *, lease: str
) -> dict[str, list[Begun]]:
    """Begin attempts at what is to be sent first to endpoints, to each so many at most.

    What was put up once more, and whose notice was pruned before its turn came, is given up.
    """
    at = transaction.instant(now)
    given = [(lease, one.endpoint, at, one.is_strict, most, one.form) for one, most in wanted]
    wishes = {served.endpoint: served.form for served, _ in wanted}
    begun: dict[str, list[Begun]] = {}
    gone: list[Row] = []
    for *known, wish, thin in transaction.read_each("claim_deliveries", given):
        endpoint = known[0]
        if thin is None:
            gone.append(("failed", at, at, _GONE, *known[:2]))
            continue
        text = (Form.THIN, thin) if wish is None else (wishes[endpoint], wish)
        begun.setdefault(endpoint, []).append(Begun._make((*known, *text)))
    if gone:
        transaction.write("settle_delivery", gone)
    return begun


def begun(transaction: Transaction, endpoints: Sequence[str], *, lease: str) -> set[AttemptKey]:
    """Return the attempts at deliveries to endpoints that a lease has begun and not settled."""
    found = transaction.read("select_begun", lease, encoded(endpoints)) if endpoints else ()
    return {(row[0], row[1], row[2]) for row in found}


def logged(transaction: Transaction, attempts: Sequence[AttemptKey]) -> set[AttemptKey]:
    """Return those of some attempts that are settled."""
    found = transaction.read("select_logged", encoded(attempts)) if attempts else ()
    return {(row[0], row[1], row[2]) for row in found}


def unbegin(transaction: Transaction, endpoint: str, notices: Sequence[str], *, lease: str) -> None:
    """Take back that a lease has begun an attempt at deliveries: nothing was sent."""
    transaction.run("unbegin_deliveries", endpoint, encoded(notices), lease)


def settle(transaction: Transaction, settled: Sequence[tuple[Attempt, str]]) -> None:
    """Write down every attempt, and the status it leaves its delivery in."""
    at = transaction.instant
    if settled:
        transaction.write("insert_attempt", [_attempt_row(one, at) for one, _ in settled])
        transaction.write("settle_delivery", [_settled_row(*one, at) for one in settled])


def put_health(transaction: Transaction, found: Mapping[str, Health]) -> None:
    """Write down how endpoints fare."""
    rows = [(*_health_row(health, transaction.instant), id_) for id_, health in found.items()]
    if rows:
        transaction.write("update_health", rows)


def keep_rate(transaction: Transaction, endpoint: str, free_at: datetime) -> None:
    """Write down from when on the rate of an endpoint allows one more."""
    transaction.run("keep_rate", transaction.instant(free_at), endpoint)


def watermark(transaction: Transaction, endpoint: str) -> str | None:
    """Return the cursor up to which an endpoint has had everything, or will not get it any more.

    None where so much waits for it that it would take long to tell.
    """
    for written_in, place in transaction.read("watermark", endpoint, _LOOKED_AT + 1, _LOOKED_AT):
        return f"{written_in}-{place}"
    return None


def next_delivery(transaction: Transaction) -> datetime | None:
    """Return when the next delivery is to be sent that nothing holds back."""
    (found,) = transaction.read("next_delivery")
    return None if found[0] is None else instant(found[0])


def _served(row: Row) -> Served:
    free_at, url, form, ordering, per_minute, schedule, *rest = row[12:]
    headers, secrets, status, revision = rest
    return Served(
        endpoint=row[0],
        health=health_of(row[1:12]),
        url=url,
        form=Form(form),
        is_strict=ordering == "strict",
        per_minute=per_minute,
        schedule=schedule_of(None if schedule is None else decoded(schedule)),
        headers=headers,
        secrets=secrets,
        is_enabled=status == "enabled",
        revision=revision,
        free_at=_instant(free_at),
    )


def health_of(row: Row) -> Health:
    """Return how an endpoint fares, of the columns that say so in their order."""
    failures, probes, since, success, failure, held, held_by, warned, counted, sent, failed = row
    return Health(
        failures=failures,
        probes=probes,
        failing_since=_instant(since),
        last_success_at=_instant(success),
        last_failure_at=_instant(failure),
        held_until=_instant(held),
        held_by=None if held_by is None else Hold(held_by),
        warned=warned,
        counted_since=_instant(counted),
        sent=sent,
        failed=failed,
    )


def _health_row(health: Health, at: Any) -> Row:
    def told(one: datetime | None) -> Any:
        return None if one is None else at(one)

    return (
        health.failures,
        health.probes,
        told(health.failing_since),
        told(health.last_success_at),
        told(health.last_failure_at),
        told(health.held_until),
        health.held_by,
        health.warned,
        told(health.counted_since),
        health.sent,
        health.failed,
    )


def _attempt_row(one: Attempt, at: Any) -> Row:
    return (
        *one[:3],
        at(one.at),
        *one[4:10],
        encoded(one.timings),
        None if one.next_at is None else at(one.next_at),
        one.why,
    )


def _settled_row(one: Attempt, status: str, at: Any) -> Row:
    is_pending = status == "pending"
    return (
        status,
        at(one.next_at or one.at),
        None if is_pending else at(one.at),
        None if status == "done" else one.why,
        one.endpoint,
        one.notice,
    )


def _instant(value: Any) -> datetime | None:
    return None if value is None else instant(value)


def _subscription(row: Row) -> Subscription | None:
    id_, types, programs, form, status, url = row
    if status == "removed":
        return None
    return Subscription(
        endpoint=id_,
        types=tuple(decoded(types)),
        programs=frozenset(decoded(programs)),
        form=Form(form),
        is_sent_to=status == "enabled" and url is not None,
    )
