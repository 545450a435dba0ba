"""Recovering: a range of notices sent once more to an endpoint, as far as it has not had them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from mentorflow.clock import as_utc
from mentorflow.core.notices import Subscription
from mentorflow.engine.asking import said
from mentorflow.engine.endpoints import subscription_of
from mentorflow.engine.ids import IdMaker
from mentorflow.errors import InvalidPayload, NotFound
from mentorflow.store import deliveries as stored
from mentorflow.store.deliveries import Recoverable, Recovery
from mentorflow.store.endpoints import StoredEndpoint
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

BATCH = 1000
PER_MINUTE = 1000
"""How many are put up for delivery a minute, unless it is said otherwise."""
_MOST_PER_MINUTE = 1_000_000
_IDS = IdMaker()
Progress = Callable[[int, int], object]
"""Told how many notices are put up for delivery, and of how many."""


class Span(NamedTuple):
    """Which notices: those of a range of time, of some types or of all that the endpoint wants."""

    since: datetime
    until: datetime
    types: Sequence[str]

    @classmethod
    def between(cls, since: datetime, until: datetime, types: Sequence[str]) -> Self:
        """Return what was asked for, if it is a range.

        Raises:
            InvalidPayload: if it is none, or an instant is in no time zone.
        """
        since, until = as_utc(since, what="since"), as_utc(until, what="until")
        if since >= until:
            raise InvalidPayload(f"since is {since.isoformat()}, which is not before until")
        return cls(since, until, tuple(types))


class Recovering:
    """Put notices up for delivery once more, in batches, each in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, endpoint: StoredEndpoint, span: Span) -> int:
        """Return how many notices there are to recover."""
        wants = _wants(endpoint, span.types)
        many, place = 0, 0
        while True:
            with self._store.snapshot() as transaction:
                found = _recoverable(transaction, endpoint.id, span, place)
            if not found:
                return many
            many += sum(wants.takes(one.type, one.program) for one in found)
            place = found[-1].place

    def begin(
        self,
        endpoint: StoredEndpoint,
        span: Span,
        *,
        per_minute: int,
        reason: str,
        by: str | None,
    ) -> Recovery:
        """Write a recovery down, from where on it can be gone on with.

        Raises:
            InvalidPayload: saying what is wrong.
        """
        if not 1 <= per_minute <= _MOST_PER_MINUTE:
            raise InvalidPayload(
                f"per_minute is {per_minute}; it must be 1 to {_MOST_PER_MINUTE:,}"
            )
        reason, by = said(reason, by)
        counted = self.count(endpoint, span)
        with self._store.transaction() as transaction:
            now = transaction.now()
            begun = Recovery(
                id=_IDS.new_id(now),
                endpoint=endpoint.id,
                since=span.since,
                until=span.until,
                types=span.types,
                per_minute=per_minute,
                status="running",
                counted=counted,
                done=0,
                place=0,
                begun_at=now,
                changed_at=now,
                ended_at=None,
                by=by,
                reason=reason,
            )
            stored.put_recovery(transaction, begun)
        return begun

    def go_on(self, recovery: str, endpoint: StoredEndpoint, progress: Progress | None) -> Recovery:
        """Put up what is left of a recovery."""
        while True:
            with self._store.transaction() as transaction:
                state = stored.lock_recovery(transaction, recovery)
                if state is None:
                    raise NotFound(f"there is no recovery {recovery!r}")
                if state.status != "running":
                    return state
                state = self._next(transaction, state, _wants(endpoint, state.types))
            if progress is not None:
                progress(min(state.done, state.counted), state.counted)

    def _next(self, transaction: Transaction, state: Recovery, wants: Subscription) -> Recovery:
        now = transaction.now()
        span = Span(state.since, state.until, state.types)
        found = _recoverable(transaction, state.endpoint, span, state.place)
        wanted = [one for one in found if wants.takes(one.type, one.program)]
        step = timedelta(minutes=1) / state.per_minute
        stored.send_anew(
            transaction,
            state.endpoint,
            [
                (one, max(now, state.begun_at + step * (state.done + n)))
                for n, one in enumerate(wanted)
            ],
            cause=f"recovery {state.id}",
        )
        state = state._replace(done=state.done + len(wanted), changed_at=now)
        if found:
            state = state._replace(place=found[-1].place)
        else:
            state = state._replace(status="done", ended_at=now)
        stored.put_recovery(transaction, state)
        return state


def _recoverable(
    transaction: Transaction, endpoint: str, span: Span, place: int
) -> list[Recoverable]:
    return stored.recoverable(
        transaction, endpoint, since=span.since, until=span.until, place=place, most=BATCH
    )


def _wants(endpoint: StoredEndpoint, types: Sequence[str]) -> Subscription:
    wants = subscription_of(endpoint)
    return wants._replace(types=tuple(types)) if types else wants
