"""Webhooks as hosts and operators see them: endpoints, what was sent to them, sending anew."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, Unpack

from mentorflow.core.catalogue import PING, NoticeType, types_of
from mentorflow.core.override import TimingChange
from mentorflow.engine.alarming import Alarm
from mentorflow.engine.announcing import announce
from mentorflow.engine.channels import Channel
from mentorflow.engine.courier import LEASE, Courier
from mentorflow.engine.delivering import deliver_due, deliver_until
from mentorflow.engine.endpoint_settings import SettingChecks, Settings
from mentorflow.engine.endpoints import OVERLAP, Endpoints, NewEndpoint
from mentorflow.engine.library import Library
from mentorflow.engine.outside import client_of_environment, rules_of_environment
from mentorflow.engine.payload import require_limit
from mentorflow.engine.post import Post
from mentorflow.engine.pulling import Pulling
from mentorflow.engine.recovering import PER_MINUTE, Progress, Recovering, Span
from mentorflow.engine.sealing import Sealing
from mentorflow.engine.tracking import tracked
from mentorflow.errors import InvalidPayload, NotFound
from mentorflow.outbound.rules import Rules
from mentorflow.store import deliveries as stored
from mentorflow.store import workload
from mentorflow.store.deliveries import LAST_PLACE, Delivery, Faring, Recovery, StoredNotice
from mentorflow.store.endpoints import StoredEndpoint
from mentorflow.store.store import Store
from mentorflow.store.webhooks import Attempt

_STATUSES = ("pending", "done", "failed", "cancelled")


class Webhooks:
    """Endpoints outside that hear of what happens, by signed requests."""

    def __init__(self, store: Store, library: Library, channels: Sequence[Channel] = ()) -> None:
        self._store = store
        self._library = library
        self._sealing = Sealing()
        settings = SettingChecks(self._sealing, lambda: self._rules)
        self._endpoints = Endpoints(store, self._sealing, settings)
        self._recovering = Recovering(store)
        self._pulling = Pulling(store)
        self._alarm = Alarm(store, self._endpoints, Post(library, channels))

    def types(self) -> Sequence[NoticeType]:
        """Return the types of notices there are, each with its JSON Schema and an example."""
        self._library.catch_up(self._store)
        return list(types_of(self._library.all_versions()))

    def add(
        self,
        url: str | None,
        *,
        signature: str = "v1",
        reason: str,
        by: str | None = None,
        **settings: Unpack[Settings],
    ) -> NewEndpoint:
        """Have an endpoint hear of what happens from now on; its secret is shown this once.

        `signature` is `v1` (HMAC-SHA256) or `v1a` (ed25519); see `Settings` for the others. Without
        a URL nothing is sent, and nothing signed: it takes what there is by `take`.

        Raises:
            AddressRefused: if nothing may be sent to the URL.
            InvalidPayload: naming what is wrong.
            SecretKeyMissing: if there is no key to keep its secret under.
        """
        given = {"url": url, **settings}
        return self._endpoints.add(given, kind=signature, reason=reason, by=by)

    def set(
        self,
        endpoint: str,
        *,
        url: str | None = None,
        reason: str,
        by: str | None = None,
        **settings: Unpack[Settings],
    ) -> StoredEndpoint:
        """Set an endpoint up otherwise, from now on; what is left out stays as it was.

        What waits for it already is sent to the new URL. What it asks for newly, and has happened
        before, can be recovered.

        Raises:
            NotFound: if there is none of this id.
            AddressRefused, InvalidPayload, SecretKeyMissing: as `add` does; nothing is changed.
        """
        given = {**settings} if url is None else {"url": url, **settings}
        return self._endpoints.set(endpoint, given, reason=reason, by=by)

    def list(self, *, limit: int = 100, after: str | None = None) -> Sequence[Faring]:
        """Return the endpoints, page by page by their ids, each with how it fares.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
        """
        require_limit(limit)
        with self._store.snapshot() as transaction:
            return stored.list_endpoints(transaction, after=after or "", most=limit)

    def get(self, endpoint: str) -> Faring:
        """Return an endpoint with how it fares.

        Raises:
            NotFound: if there is none of this id.
        """
        with self._store.snapshot() as transaction:
            found = stored.faring_of(transaction, endpoint)
        if found is None:
            raise NotFound(f"there is no endpoint {endpoint!r}")
        return found

    def history(
        self, endpoint: str, *, limit: int = 100, before: int | None = None
    ) -> Sequence[TimingChange]:
        """Return who changed an endpoint, when and why, the latest first, also of a removed one.

        `timing` names what was changed; `before` is a revision to page on.

        Raises:
            NotFound: if there never was one of this id.
            InvalidPayload: if the limit is not 1 to 1000.
        """
        require_limit(limit)
        return self._endpoints.history(endpoint, limit=limit, before=before)

    def rotate(
        self,
        endpoint: str,
        *,
        overlap: timedelta = OVERLAP,
        signature: str = "v1",
        reason: str,
        by: str | None = None,
    ) -> NewEndpoint:
        """Give an endpoint another key; what it had signs beside it for `overlap`.

        Raises:
            NotFound: if there is none of this id.
            InvalidPayload: if the overlap is longer than a week.
        """
        return self._endpoints.rotate(
            endpoint, overlap=overlap, kind=signature, reason=reason, by=by
        )

    def enable(self, endpoint: str, *, reason: str, by: str | None = None) -> StoredEndpoint:
        """Have an endpoint hear again, from now on; what it failed with before is forgotten.

        What happened meanwhile can be recovered.

        Raises:
            NotFound: if there is none of this id.
        """
        return self._endpoints.enable(endpoint, reason=reason, by=by)

    def disable(self, endpoint: str, *, reason: str, by: str | None = None) -> StoredEndpoint:
        """Have an endpoint hear of nothing; what waits for it goes on waiting.

        Raises:
            NotFound: if there is none of this id.
        """
        return self._endpoints.disable(endpoint, reason=reason, by=by)

    def remove(self, endpoint: str, *, reason: str, by: str | None = None) -> None:
        """Take an endpoint away, with its secrets; what waits for it is cancelled.

        Raises:
            NotFound: if there is none of this id.
        """
        self._endpoints.remove(endpoint, reason=reason, by=by)

    def test(self, endpoint: str, *, type_: str = PING) -> str:
        """Put up the example of a type for an endpoint alone, marked as a test; return its id.

        Raises:
            NotFound: if there is no such endpoint, or no such type.
        """
        found = self._endpoints.get_sent_to(endpoint)
        example = next((one.example for one in self.types() if one.type == type_), None)
        if example is None:
            raise NotFound(f"there is no type {type_!r}; `mentorflow webhooks types` lists them")
        with self._store.transaction() as transaction:
            return announce(transaction, type_, example["data"], to=[found.id], is_test=True)

    def deliveries(
        self,
        endpoint: str,
        *,
        status: str | None = None,
        limit: int = 100,
        before: str | None = None,
    ) -> Sequence[Delivery]:
        """Return the deliveries to an endpoint, the latest first; `before` is a notice to page on.

        Raises:
            NotFound: if there is no such endpoint or notice.
            InvalidPayload: if there is no such status, or the limit is not 1 to 1000.
        """
        require_limit(limit)
        if status is not None and status not in _STATUSES:
            raise InvalidPayload(f"status is {status!r}; it must be {', '.join(_STATUSES)}")
        self._endpoints.get(endpoint)
        with self._store.snapshot() as transaction:
            place = LAST_PLACE
            if before is not None:
                found = stored.notice_place(transaction, before)
                if found is None:
                    raise NotFound(f"there is no notice {before!r}")
                place = found.place
            return stored.list_deliveries(
                transaction, endpoint, status=status, before=place, most=limit
            )

    def attempts(self, endpoint: str, notice: str) -> Sequence[Attempt]:
        """Return every attempt at a delivery, the first first, with why it was followed by what."""
        with self._store.snapshot() as transaction:
            return stored.list_attempts(transaction, endpoint, notice)

    def explain(self, notice: str) -> dict[str, Any]:
        """Return why a notice was told and what became of it at every endpoint, and why.

        Raises:
            NotFound: if there is no such notice.
        """
        with self._store.snapshot() as transaction:
            return tracked(transaction, notice)

    def replay(self, endpoint: str, notice: str) -> None:
        """Send a notice to an endpoint once more, the same bytes under the same id.

        Raises:
            NotFound: if there is no such endpoint or notice.
        """
        self._endpoints.get_sent_to(endpoint)
        with self._store.transaction() as transaction:
            found = stored.notice_place(transaction, notice)
            if found is None:
                raise NotFound(f"there is no notice {notice!r}")
            now = transaction.now()
            stored.send_anew(transaction, endpoint, [(found, now)], cause="replay")

    def recover(
        self,
        endpoint: str,
        *,
        since: datetime,
        until: datetime | None = None,
        types: Sequence[str] = (),
        per_minute: int = PER_MINUTE,
        reason: str,
        by: str | None = None,
        progress: Progress | None = None,
    ) -> Recovery:
        """Send an endpoint what it has not had of a range of time: failed, or never sent.

        They are put up for delivery at so many a minute. It is written down how far it has come:
        where the process ends, `resume` goes on.

        Raises:
            NotFound: if there is no such endpoint.
            InvalidPayload: if it is no range, or another part is wrong.
        """
        found = self._endpoints.get_sent_to(endpoint)
        span = self._span(since, until, types)
        begun = self._recovering.begin(found, span, per_minute=per_minute, reason=reason, by=by)
        return self._recovering.go_on(begun.id, found, progress)

    def recoverable(
        self,
        endpoint: str,
        *,
        since: datetime,
        until: datetime | None = None,
        types: Sequence[str] = (),
    ) -> int:
        """Return how many notices `recover` would send; write nothing.

        Raises:
            NotFound, InvalidPayload: as `recover` does.
        """
        found = self._endpoints.get_sent_to(endpoint)
        span = self._span(since, until, types)
        return self._recovering.count(found, span)

    def resume(self, recovery: str, *, progress: Progress | None = None) -> Recovery:
        """Go on with a recovery that was ended in the middle.

        Raises:
            NotFound: if there is none of this id.
        """
        with self._store.transaction() as transaction:
            state = stored.lock_recovery(transaction, recovery)
        if state is None:
            raise NotFound(f"there is no recovery {recovery!r}")
        return self._recovering.go_on(recovery, self._endpoints.get(state.endpoint), progress)

    def pull(self, after: str | None = None, *, limit: int = 100) -> Sequence[StoredNotice]:
        """Return the notices committed after a cursor, in the order of commits, as they are pushed.

        The ids and the bytes are those of the thin form. The cursor of the last one is where to go
        on from.

        Raises:
            InvalidPayload: if it is no cursor, or the limit is not 1 to 1000.
        """
        require_limit(limit)
        return self._pulling.pull(after, most=limit)

    def take(
        self, endpoint: str, *, acknowledged: str | None = None, limit: int = 100
    ) -> Sequence[StoredNotice]:
        """Return what comes next for an endpoint that pulls: in its form, as far as it wants it.

        `acknowledged` is the cursor of the last one that need not come again; it is kept. What is
        not acknowledged comes once more. `StoredNotice.webhook` is what a receiver would verify.

        Raises:
            NotFound: if there is no such endpoint.
            InvalidPayload: if it does not pull or is disabled, if it is no cursor of something
                there is, or if the limit is not 1 to 1000.
        """
        require_limit(limit)
        return self._pulling.take(self._endpoints.get_pulling(endpoint), acknowledged, most=limit)

    def courier(self, *, lease: timedelta = LEASE) -> Courier:
        """Return a Courier, which sends only where the rules allow it; close it when done.

        Should it die, others take its endpoints over when the lease is over.
        """
        client = partial(client_of_environment, self._rules, self._store.clock)
        return Courier(self._store, self._sealing, client, self._alarm, lease=lease)

    def deliver_due(self) -> int:
        """Send what is due, and wait for the answers; return how many requests were made.

        `mentorflow run` and `mentorflow worker` do so all the time.
        """
        return deliver_due(self.courier())

    def deliver_until(
        self, is_asked: Callable[[], bool], wait: Callable[[float], object], *, poll: timedelta
    ) -> None:
        """Send whatever is due, until it is asked to end; what is under way is finished.

        `wait` is given the seconds to rest, and may return sooner.
        """
        deliver_until(self.courier(), is_asked, wait, poll=poll)

    def _span(self, since: datetime, until: datetime | None, types: Sequence[str]) -> Span:
        """Return a range of notices, up to now by the database where nothing else is said."""
        return Span.between(since, until or workload.now_of(self._store), types)

    @cached_property
    def _rules(self) -> Rules:
        """Where requests may go, as the environment says when it is needed for the first time."""
        return rules_of_environment()
