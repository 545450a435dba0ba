"""The Courier: sends notices to the endpoints it serves, and writes down what came of it.

An endpoint is served by one Courier at a time, which so keeps its order, its rate and its breaker
without asking anybody. What it has begun and never settled is sent again when its lease is over.
"""

import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Event, RLock
from typing import NamedTuple

from mentorflow.core.delivering import Answered, Health, Verdict, judge
from mentorflow.engine.sealing import Sealing
from mentorflow.engine.serving import Ready, Serving
from mentorflow.engine.watching import watcher
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Failure
from mentorflow.store import webhooks as stored
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import Attempt, Begun, Served, Settled

_MOST_SERVED = 1000
LEASE = timedelta(seconds=10)
"""How long after its last sign of life others take a Courier's endpoints over."""
_WAIT = 0.05
log = logging.getLogger("mentorflow.courier")


class _Landed(NamedTuple):
    """A request that came back."""

    serving: Serving
    begun: Begun
    at: datetime
    answer: Answer


class Courier:
    """Send what is to be delivered, with many requests under way at once."""

    def __init__(
        self, store: Store, sealing: Sealing, client: Client, *, lease: timedelta = LEASE
    ) -> None:
        self._store = store
        self._leased_for = lease
        self._sealing = sealing
        self._client = client
        self._lease = f"courier-{secrets.token_hex(8)}"
        self._serving: dict[str, Serving] = {}
        self._landed: SimpleQueue[_Landed] = SimpleQueue()
        self._news = Event()
        self._turn = RLock()
        self._is_closing = False
        self.sent = 0
        """How many requests it has made."""
        self.disable: Callable[[str, str], object] | None = None
        """Told of endpoints that are to be told nothing more, and why."""
        self.warn: Callable[[str, Health], object] | None = None
        """Told of endpoints that fail for long."""

    @property
    def flying(self) -> int:
        """How many requests are under way, or about to be, or not settled yet."""
        with self._turn:
            return sum(one.unsettled + len(one.ready) for one in self._serving.values())

    def work(self) -> int:
        """Settle what came back and send what is due; return how much there was, or still is."""
        if self.flying:
            self._news.wait(_WAIT)
        elif not self._is_anything_due():
            return 0
        self._news.clear()
        landed = self._collected()
        try:
            with self._store.transaction() as transaction:
                now = transaction.now()
                self._hold(transaction, now)
                verdicts = self._settle(transaction, landed)
                ready = [] if self._is_closing else self._begin(transaction, now)
                self._release(transaction, landed, ready)
        except BaseException:
            for one in landed:  # to be settled when the database is back
                self._landed.put(one)
            raise
        with self._turn:
            self._go_on(landed, ready)
        self._tell(verdicts)
        return len(landed) + len(ready) + self.flying

    def close(self) -> None:
        """Let what is under way come back, settle it, and leave the endpoints to others."""
        self._is_closing = True
        with self._turn:
            unsent = [(one, list(one.ready)) for one in self._serving.values()]
            for serving, _ in unsent:
                serving.ready.clear()
        if any(ready for _, ready in unsent):
            with self._store.transaction() as transaction:
                for serving, ready in unsent:
                    self._unbegin(transaction, serving, ready)
        while self.flying:
            self.work()
        with self._store.transaction() as transaction:
            stored.release(transaction, list(self._serving), lease=self._lease)
        self._serving.clear()

    def _is_anything_due(self) -> bool:
        """Look before the lock of SQLite is taken for nothing."""
        with self._store.snapshot() as transaction:
            next_at = stored.next_delivery(transaction)
            return next_at is not None and next_at <= transaction.now()

    def _hold(self, transaction: Transaction, now: datetime) -> None:
        """Hold on to the endpoints that are ours, and take others over."""
        room = _MOST_SERVED - len(self._serving)
        until = now + self._leased_for
        new = (
            stored.serve(transaction, now, most=room, lease=self._lease, leased_until=until)
            if room > 0 and not self._is_closing
            else []
        )
        if not new and not self._serving:
            return
        held = stored.hold(transaction, lease=self._lease, leased_until=until)
        with self._turn:
            for lost in self._serving.keys() - held.keys():
                log.warning("courier.lost endpoint=%s", lost)
                self._serving.pop(lost).ready.clear()
            for endpoint, served in held.items():
                self._renew(endpoint, served, now)

    def _renew(self, endpoint: str, served: Served, now: datetime) -> None:
        known = self._serving.get(endpoint)
        if known is None:
            known = self._serving[endpoint] = Serving(served, served.free_at or now)
            known.failures = served.health.failures
        if known.served is served or known.served.revision != served.revision:
            known.keys = self._keys(served, now)
            known.headers = {} if served.headers is None else self._sealing.open(served.headers)
        known.served, known.health = served, served.health

    def _keys(self, served: Served, now: datetime) -> list[str]:
        known = self._sealing.open(served.secrets)
        return [
            one["key"]
            for one in known
            if one["until"] is None or datetime.fromisoformat(one["until"]) > now
        ]

    def _go_on(self, landed: Sequence[_Landed], ready: Sequence[Ready]) -> None:
        """Take in what is committed, and send what is ready."""
        for one in landed:
            one.serving.unsettled -= 1
        for begun in ready:
            self._serving[begun.begun.endpoint].ready.append(begun)
        for serving in self._serving.values():
            self._send(serving)

    def _settle(
        self, transaction: Transaction, landed: Sequence[_Landed]
    ) -> list[tuple[str, Verdict]]:
        settled, attempts = [], []
        verdicts: list[tuple[str, Verdict]] = []
        changed: dict[str, Health] = {}
        for one in landed:
            serving = one.serving
            if self._serving.get(one.begun.endpoint) is not serving:
                continue  # who serves it now sends it again
            if one.answer.failure is Failure.ABANDONED:
                continue  # nobody knows whether it arrived: it is sent again
            answered = _answered(one)
            chance = random.random()  # noqa: S311  # it spreads retries, and keeps no secret
            verdict = judge(serving.health, answered, attempt=one.begun.attempt, chance=chance)
            serving.health = changed[one.begun.endpoint] = verdict.health
            verdicts.append((one.begun.endpoint, verdict))
            settled.append(_settled(one, verdict))
            attempts.append(_attempt(one, verdict))
        stored.settle(transaction, settled, attempts)
        stored.put_health(transaction, changed)
        return verdicts

    def _begin(self, transaction: Transaction, now: datetime) -> list[Ready]:
        """Begin attempts at what is due, as many as there is room for."""
        begun: list[tuple[Serving, Begun]] = []
        rooms = [(one, room) for one in self._serving.values() if (room := one.room(now)) > 0]
        wanting = [(serving.served, room) for serving, room in rooms]
        claimed = stored.claim(transaction, wanting, now, lease=self._lease)
        for (serving, room), found in zip(rooms, claimed, strict=True):
            if found and serving.needs_watermark(now):
                mark = stored.watermark(transaction, serving.served.endpoint)
                serving.watermark, serving.watermark_at = mark, now
            serving.looked_at = now if len(found) < room else None
            if serving.count(now, len(found)):
                stored.keep_rate(transaction, serving.served.endpoint, serving.free_at)
            begun += [(serving, one) for one in found]
        wanted = {(one.notice, serving.served.form) for serving, one in begun}
        texts = stored.bodies(transaction, wanted) if wanted else {}
        return [Ready(one, texts[one.notice, serving.served.form][1]) for serving, one in begun]

    def _release(
        self, transaction: Transaction, landed: Sequence[_Landed], begun: Sequence[Ready]
    ) -> None:
        """Leave endpoints to others that have nothing under way any more."""
        busy = {one.begun.endpoint for one in begun}
        settled = Counter(one.begun.endpoint for one in landed)
        with self._turn:
            now = transaction.now()
            for serving in self._serving.values():
                is_open = serving.served.is_enabled and not serving.health.is_held(now)
                serving.is_paused = serving.is_paused and not is_open
                if serving.ready and not is_open:
                    self._unbegin(transaction, serving, list(serving.ready))
                    serving.ready.clear()
            idle = [
                id_
                for id_, one in self._serving.items()
                if id_ not in busy and not one.ready and one.unsettled <= settled[id_]
            ]
            for endpoint in idle:
                del self._serving[endpoint]
        stored.release(transaction, idle, lease=self._lease)

    def _unbegin(self, transaction: Transaction, serving: Serving, ready: Sequence[Ready]) -> None:
        notices = [one.begun.notice for one in ready]
        if notices:
            stored.unbegin(transaction, serving.served.endpoint, notices)

    def _send(self, serving: Serving) -> None:
        """Send what is ready, as far as fewer are under way than may be."""
        while serving.ready and not serving.is_paused and serving.flying < serving.most_flying:
            ready = serving.ready.popleft()
            serving.flying += 1
            serving.unsettled += 1
            self.sent += 1
            at = self._store.clock.now()
            future = self._client.submit(serving.request(ready, at))
            future.add_done_callback(self._landing(serving, ready.begun, at))

    def _landing(
        self, serving: Serving, begun: Begun, at: datetime
    ) -> Callable[[Future[Answer]], None]:
        def landed(future: Future[Answer]) -> None:
            self._landed.put(_Landed(serving, begun, at, future.result()))
            with self._turn:
                serving.hear(future.result())
                self._send(serving)
            self._news.set()

        return landed

    def _collected(self) -> list[_Landed]:
        found = []
        while not self._landed.empty():
            found.append(self._landed.get())
        return found

    def _tell(self, verdicts: Sequence[tuple[str, Verdict]]) -> None:
        if verdicts:
            watcher().webhooks_sent([verdict.status for _, verdict in verdicts])
        for endpoint, verdict in verdicts:
            if verdict.disable is not None and self.disable is not None:
                self.disable(endpoint, verdict.disable)
            elif verdict.warn:
                log.warning("endpoint.failing endpoint=%s why=%s", endpoint, verdict.why)
                if self.warn is not None:
                    self.warn(endpoint, verdict.health)


def _answered(one: _Landed) -> Answered:
    answer = one.answer
    error = None if answer.failure is None else answer.failure.value
    return Answered(one.at, answer.status, error, answer.retry_after, answer.control)


def _settled(one: _Landed, verdict: Verdict) -> Settled:
    begun = one.begun
    is_pending = verdict.status == "pending"
    return Settled(
        endpoint=begun.endpoint,
        notice=begun.notice,
        status=verdict.status,
        available_at=verdict.next_at or one.at,
        ended_at=None if is_pending else one.at,
        error=None if verdict.status == "done" else verdict.why,
    )


def _attempt(one: _Landed, verdict: Verdict) -> Attempt:
    answer = one.answer
    return Attempt(
        endpoint=one.begun.endpoint,
        notice=one.begun.notice,
        number=one.begun.number,
        at=one.at,
        cause=one.begun.cause,
        status_code=answer.status,
        error=None if answer.failure is None else answer.failure.value,
        detail=answer.detail,
        excerpt=answer.excerpt,
        address=answer.address,
        timings=answer.timings._asdict(),
        next_at=verdict.next_at,
        why=verdict.why,
    )
