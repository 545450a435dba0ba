"""Why a notice was told, and what became of it: at every endpoint, those it was not sent to too."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core.delivering import Hold, schedule_of
from mentorflow.engine.endpoints import subscription_of
from mentorflow.errors import NotFound
from mentorflow.store import deliveries as stored
from mentorflow.store.deliveries import Delivery, Faring, NoticeAt
from mentorflow.store.transaction import Transaction

_MOST = 1000
_HELD = {
    Hold.BREAKER: "it failed too often in a row, and is only probed",
    Hold.RETRY_AFTER: "it asked to be left alone",
    Hold.SEALED: "its secrets cannot be opened, for the key is missing",
}


class Tracked(NamedTuple):
    """What became of a notice at one endpoint."""

    endpoint: str
    status: str
    """That of the delivery, or `not sent`."""
    attempts: int
    why: str


def tracked(transaction: Transaction, notice: str) -> dict[str, Any]:
    """Return a notice with its cause, and what became of it at every endpoint there is.

    Raises:
        NotFound: if there is no such notice.
    """
    found = stored.notice_at(transaction, notice)
    if found is None:
        raise NotFound(f"there is no notice {notice!r}")
    now = transaction.now()
    faring = stored.list_endpoints(transaction, after="", most=_MOST)
    sent = {one.endpoint: one for one in stored.deliveries_of(transaction, notice)}
    data = json.loads(found.body)["data"]
    return {
        "id": notice,
        "type": found.type,
        "at": found.at.isoformat(),
        "mentorship_id": found.mentorship_id if found.sequence else None,
        "sequence": found.sequence or None,
        "cause": data.get("cause"),
        "endpoints": [
            _tracked(found, one, sent.get(one.endpoint.id), now)._asdict() for one in faring
        ],
    }


def _tracked(notice: NoticeAt, faring: Faring, delivery: Delivery | None, now: datetime) -> Tracked:
    id_ = faring.endpoint.id
    if delivery is None:
        return Tracked(id_, "not sent", 0, _not_sent(notice, faring))
    why = delivery.error or "it was taken"
    if delivery.status == "pending":
        why = _waits(faring, delivery, now)
    return Tracked(id_, delivery.status, delivery.attempts, why)


def _not_sent(notice: NoticeAt, faring: Faring) -> str:
    endpoint, wants = faring.endpoint, subscription_of(faring.endpoint)
    if wants.programs and notice.program not in wants.programs:
        return f"it hears of {', '.join(sorted(wants.programs))}, not of {notice.program!r}"
    if not wants.takes(notice.type, notice.program):
        return f"it hears of {', '.join(wants.types)}, not of {notice.type}"
    if notice.at < endpoint.created_at:
        return f"it was added later, at {endpoint.created_at.isoformat()}"
    return "it was disabled at that time, or heard of other types; `recover` sends it"


def _waits(faring: Faring, delivery: Delivery, now: datetime) -> str:
    health = faring.health
    if faring.endpoint.status != "enabled":
        return f"it is {faring.endpoint.status}: {faring.endpoint.why}"
    if health.held_until is not None and health.held_until > now and health.held_by is not None:
        return f"{_HELD[health.held_by]}, until {health.held_until.isoformat()}"
    if delivery.available_at > now:
        return f"{delivery.error or 'it waits'} ({delivery.available_at.isoformat()})"
    if faring.endpoint.per_minute is not None:
        return f"its turn comes, at {faring.endpoint.per_minute} a minute"
    if faring.endpoint.ordering == "strict":
        return "its turn comes: earlier ones of the mentorship go first"
    many = len(schedule_of(faring.endpoint.schedule))
    return f"its turn comes, as attempt {delivery.attempts + 1} of {many}"
