"""The Courier: sends notices to the endpoints it serves, and writes down what came of it.

An endpoint is served by one Courier at a time, which so keeps its order, its rate and its breaker
without asking anybody. What it has begun and never settled is sent again when its lease is over.
"""

import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Event, RLock
from typing import NamedTuple

from mentorflow.clock import passing
from mentorflow.core.delivering import Answered, Health, Verdict, judge, left_alone
from mentorflow.engine.alarming import Alarm
from mentorflow.engine.sealing import Sealing
from mentorflow.engine.serving import Serving
from mentorflow.engine.watching import watcher
from mentorflow.errors import SecretKeyMissing, StoreUnavailable
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Failure
from mentorflow.store import webhooks as stored
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import Attempt, Begun, Served
from mentorflow.webhooks.keys import signer_of

_MOST_SERVED = 1000
LEASE = timedelta(seconds=10)
"""How long after its last sign of life others take a Courier's endpoints over."""
_WAIT = 0.1
"""Seconds after which it is looked for more to send, also where nothing came back."""
_SHORTEST_REST = timedelta(milliseconds=50)
"""What is due may be in another's hands, which is no reason to spin."""
_ENOUGH = 256
"""Answers that are settled at once, though every endpoint has more to send: a turn costs the same
whatever it settles."""
_RENEWED_IN = 3
"""After a third of it, a lease is extended."""
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
        self,
        store: Store,
        sealing: Sealing,
        client: Callable[[], Client],
        alarm: Alarm,
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self._store = store
        self._alarm = alarm
        self._leased_for = lease
        self._renew_at: datetime | None = None
        self._sealing = sealing
        self._open_client = client
        self._client: Client | None = None
        self._passed = passing(store.clock)
        self._time_read = store.clock.now(), self._passed()
        """What time it was by the database, and how many seconds had passed by then."""
        self._lease = f"courier-{secrets.token_hex(8)}"
        self._serving: dict[str, Serving] = {}
        self._landed: SimpleQueue[_Landed] = SimpleQueue()
        self._left: timedelta | None = None
        """How long nothing was to be sent, when it was last looked; None where nothing is."""
        self._news = Event()
        self._turn = RLock()
        self._is_closing = False
        self.sent = 0
        """How many requests it has made."""

    @property
    def flying(self) -> int:
        """How many requests are under way, or about to be, or not settled yet."""
        with self._turn:
            return sum(one.unsettled + len(one.ready) for one in self._serving.values())

    def work(self) -> int:
        """Settle what came back and send what is due; return how much there was, or still is."""
        if self.flying:
            self._news.wait(_WAIT)
        elif self._look() != timedelta():
            return 0
        if self._client is None:
            self._client = self._opened()
        self._news.clear()
        landed = self._collected()
        try:
            with self._transaction() as transaction:
                now = transaction.now()
                self._time_read = now, self._passed()
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

    def rest(self, most: timedelta) -> timedelta:
        """Return how long it is until there is something to send, as `work` has just seen it."""
        left = most if self._left is None else min(self._left, most)
        return max(left, _SHORTEST_REST)

    def close(self) -> None:
        """Let what is under way come back, settle it, and leave the endpoints to others."""
        self._is_closing = True
        with self._turn:
            unsent = [(one, list(one.ready)) for one in self._serving.values()]
            for serving, _ in unsent:
                serving.ready.clear()
        try:
            with self._transaction() as transaction:
                for serving, ready in unsent:
                    self._unbegin(transaction, serving, ready)
            while self.flying:
                self.work()
            with self._transaction() as transaction:
                stored.release(transaction, list(self._serving), lease=self._lease)
        except StoreUnavailable as failed:
            # Others take the endpoints over when the lease is over, and send again.
            log.warning("courier.unsettled error=%s", str(failed).partition("\n")[0])
        self._serving.clear()
        if self._client is not None:
            self._client.close()

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        """Begin a transaction that keeps endpoints from others for no longer than a lease."""
        with self._store.transaction() as transaction:
            transaction.limit_idling(self._leased_for)
            yield transaction

    def _opened(self) -> Client:
        client = self._open_client()
        client.open()
        return client

    def _look(self) -> timedelta | None:
        """Look when there is something to send, before the lock of SQLite is taken for nothing."""
        with self._store.snapshot() as transaction:
            next_at = stored.next_delivery(transaction)
            now = transaction.now()
        self._left = None if next_at is None else max(next_at - now, timedelta())
        return self._left

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
        held = stored.hold(transaction, lease=self._lease)
        if self._renew_at is None or now >= self._renew_at:
            stored.renew(transaction, lease=self._lease, leased_until=until)
            self._renew_at = now + self._leased_for / _RENEWED_IN
        with self._turn:
            for lost in self._serving.keys() - held.keys():
                log.warning("courier.lost endpoint=%s", lost)
                self._serving.pop(lost).ready.clear()
            for endpoint, served in held.items():
                self._take(endpoint, served, now)
        stored.put_health(
            transaction,
            {id_: one.health for id_, one in self._serving.items() if not one.keys},
        )

    def _take(self, endpoint: str, served: Served, now: datetime) -> None:
        """Take in how an endpoint is set up and fares by now."""
        known = self._serving.get(endpoint)
        if known is None:
            known = self._serving[endpoint] = Serving(served, served.free_at or now)
            known.failures = served.health.failures
        is_over = known.keys_until is not None and known.keys_until <= now
        if known.served is served or known.served.revision != served.revision or is_over:
            self._unseal(known, served, now)
        known.served, known.health = served, served.health
        if not known.keys:
            known.health = left_alone(served.health, now)

    def _unseal(self, serving: Serving, served: Served, now: datetime) -> None:
        """Open what an endpoint is signed to with, and its own headers; nothing without a key.

        Whose secrets cannot be opened is left alone, and holds up nobody else.
        """
        serving.keys, serving.keys_until, serving.headers = (), None, {}
        try:
            known = self._sealing.open(served.secrets)
            if served.headers is not None:
                serving.headers = self._sealing.open(served.headers)
        except SecretKeyMissing as missing:
            log.error("courier.sealed endpoint=%s error=%s", served.endpoint, missing)  # noqa: TRY400  # it says what is missing, its trace does not
            return
        ends = [one["until"] and datetime.fromisoformat(one["until"]) for one in known]
        alive = [
            (one["key"], end) for one, end in zip(known, ends, strict=True) if not end or end > now
        ]
        serving.keys = [signer_of(key) for key, _ in alive]
        serving.keys_until = min((end for _, end in alive if end), default=None)

    def _go_on(self, landed: Sequence[_Landed], ready: Sequence[Begun]) -> None:
        """Take in what is committed, and send what is ready."""
        for one in landed:
            one.serving.unsettled -= 1
        for waiting in ready:
            self._serving[waiting.endpoint].ready.append(waiting)
        for serving in self._serving.values():
            self._send(serving)

    def _settle(
        self, transaction: Transaction, landed: Sequence[_Landed]
    ) -> list[tuple[str, Verdict]]:
        settled: list[tuple[Attempt, str]] = []
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
            verdict = judge(
                serving.health,
                answered,
                attempt=one.begun.attempt,
                chance=chance,
                schedule=serving.served.schedule,
            )
            serving.health = changed[one.begun.endpoint] = verdict.health
            verdicts.append((one.begun.endpoint, verdict))
            settled.append((_attempt(one, verdict), verdict.status))
        stored.settle(transaction, settled)
        stored.put_health(transaction, changed)
        return verdicts

    def _begin(self, transaction: Transaction, now: datetime) -> list[Begun]:
        """Begin attempts at what is due, as many as there is room for."""
        rooms = [(one, room) for one in self._serving.values() if (room := one.room(now)) > 0]
        wanting = [(serving.served, room) for serving, room in rooms]
        claimed = stored.claim(transaction, wanting, now, lease=self._lease)
        begun: list[Begun] = []
        for serving, room in rooms:
            found = claimed.get(serving.served.endpoint, [])
            if found and serving.needs_watermark(now):
                mark = stored.watermark(transaction, serving.served.endpoint)
                serving.watermark, serving.watermark_at = mark or serving.watermark, now
            serving.looked_at = now if len(found) < room else None
            if serving.spend(now, len(found)):
                stored.keep_rate(transaction, serving.served.endpoint, serving.free_at)
            begun += found
        return begun

    def _release(
        self, transaction: Transaction, landed: Sequence[_Landed], begun: Sequence[Begun]
    ) -> None:
        """Leave endpoints to others that have nothing under way any more."""
        busy = {one.endpoint for one in begun}
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

    def _unbegin(self, transaction: Transaction, serving: Serving, ready: Sequence[Begun]) -> None:
        notices = [one.notice for one in ready]
        if notices:
            stored.unbegin(transaction, serving.served.endpoint, notices)

    def _send(self, serving: Serving) -> None:
        """Send what is ready, as far as fewer are under way than may be."""
        if self._client is None:
            return
        client = self._client
        while serving.ready and not serving.is_paused and serving.flying < serving.most_flying:
            begun = serving.ready.popleft()
            serving.flying += 1
            serving.unsettled += 1
            self.sent += 1
            at = self._time()
            future = client.submit(serving.request(begun, at))
            future.add_done_callback(self._landing(serving, begun, at))

    def _time(self) -> datetime:
        """Return what time it is by the database: the clock of this machine may be wrong."""
        now, then = self._time_read
        return now + timedelta(seconds=self._passed() - then)

    def _landing(
        self, serving: Serving, begun: Begun, at: datetime
    ) -> Callable[[Future[Answer]], None]:
        def landed(future: Future[Answer]) -> None:
            answer = future.result()
            self._landed.put(_Landed(serving, begun, at, answer))
            with self._turn:
                serving.hear(answer)
                self._send(serving)
            if serving.wants_turn or self._landed.qsize() >= _ENOUGH:
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
            if verdict.disable is not None:
                self._alarm.disabled(endpoint, verdict.disable)
            elif verdict.warn:
                self._alarm.failing(endpoint, verdict.health)


def _answered(one: _Landed) -> Answered:
    answer = one.answer
    error = None if answer.failure is None else answer.failure.value
    return Answered(one.at, answer.status, error, answer.retry_after, answer.control)


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
