"""The Courier: sends notices to the endpoints it serves, and writes down what came of it.

An endpoint is served by one Courier at a time, which so keeps its order, its rate and its breaker
without asking anybody. What it has begun and never settled is sent again when its lease is over.
"""

import logging
import random
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from queue import SimpleQueue
from threading import Event, RLock

from mentorflow.clock import passing
from mentorflow.core.delivering import Health, Verdict, judge, left_alone
from mentorflow.engine.alarming import Alarm
from mentorflow.engine.landing import Landed, answer_of, unexpected
from mentorflow.engine.sealing import Sealing
from mentorflow.engine.serving import Serving
from mentorflow.engine.watching import watcher
from mentorflow.errors import SecretKeyMissing, StoreUnavailable
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Failure
from mentorflow.store import webhooks as stored
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import Attempt, AttemptKey, Begun, Served
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
        self._landed: SimpleQueue[Landed] = SimpleQueue()
        self._left: timedelta | None = None
        """How long nothing was to be sent, when it was last looked; None where nothing is."""
        self._news = Event()
        self._turn = RLock()
        self._is_closing = False
        self._judged: dict[AttemptKey, Verdict] = {}
        """What this turn makes of attempts, and those before it that failed."""
        self._untold: deque[tuple[str, Verdict]] = deque()
        """What somebody is to be told of endpoints."""
        self._is_unsure = False
        """Whether the database may know of other attempts than we do, as after a failed turn."""
        self.sent = 0
        """How many requests it has made."""

    @property
    def flying(self) -> int:
        """How many requests are under way, or about to be, or not settled yet."""
        with self._turn:
            return sum(len(one.unsettled) + len(one.ready) for one in self._serving.values())

    def work(self) -> int:
        """Settle what came back and send what is due; return how much there was, or still is."""
        if self.flying:
            self._news.wait(_WAIT)
        elif not self._is_unsure and not self._untold and self._look() != timedelta():
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
                settled = self._recall(transaction, landed) if self._is_unsure else set()
                verdicts = self._settle(transaction, landed, settled)
                ready = [] if self._is_closing else self._begin(transaction, now)
                idle = self._release(transaction, landed, ready)
        except BaseException:
            self._is_unsure, self._renew_at = True, None
            for one in landed:  # to be settled when the database is back
                self._landed.put(one)
            raise
        self._is_unsure = False
        self._judged.clear()
        with self._turn:
            self._go_on(landed, ready, idle)
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
            unsent = [(one, [begun.key for begun in one.ready]) for one in self._serving.values()]
            for serving, _ in unsent:
                serving.ready.clear()
        try:
            with self._transaction() as transaction:
                for serving, keys in unsent:
                    self._unbegin(transaction, serving, keys)
            while self.flying or self._is_unsure:
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
            self._is_unsure = True  # something is due, and may be ours without our knowing
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

    def _recall(self, transaction: Transaction, landed: Sequence[Landed]) -> set[AttemptKey]:
        """Bring together what is known here and there, as after a turn that failed.

        It may have been committed all the same: that answer may be what was lost. What had begun
        and will never be sent is taken back; what came back and is settled already is returned.
        """
        begun = stored.begun(transaction, list(self._serving), lease=self._lease)
        strays: dict[str, list[AttemptKey]] = {}
        with self._turn:
            known = {key for one in self._serving.values() for key in one.begun}
        for key in begun - known:
            strays.setdefault(key[0], []).append(key)
        for endpoint, serving in self._serving.items():
            self._unbegin(transaction, serving, strays.get(endpoint, []))
            serving.free_at = serving.served.free_at or transaction.now()
            serving.looked_at = None
        return stored.logged(transaction, [one.begun.key for one in landed])

    def _go_on(self, landed: Sequence[Landed], ready: Sequence[Begun], idle: Sequence[str]) -> None:
        """Take in what is committed, and send what is ready."""
        for endpoint in idle:
            del self._serving[endpoint]
        for one in landed:
            one.serving.unsettled.discard(one.begun.key)
        for waiting in ready:
            self._serving[waiting.endpoint].ready.append(waiting)
        for serving in self._serving.values():
            self._send(serving)

    def _settle(
        self, transaction: Transaction, landed: Sequence[Landed], known: set[AttemptKey]
    ) -> list[tuple[str, Verdict]]:
        settled: list[tuple[Attempt, str]] = []
        verdicts: list[tuple[str, Verdict]] = []
        changed: dict[str, Health] = {}
        for one in landed:
            serving, key = one.serving, one.begun.key
            if key in known:
                if key in self._judged:
                    verdicts.append((one.begun.endpoint, self._judged[key]))
                continue
            if self._serving.get(one.begun.endpoint) is not serving:
                continue  # who serves it now sends it again
            if one.answer.failure is Failure.ABANDONED:
                continue  # nobody knows whether it arrived: it is sent again
            chance = random.random()  # noqa: S311  # it spreads retries, and keeps no secret
            verdict = judge(
                serving.health,
                one.answered,
                attempt=one.begun.attempt,
                chance=chance,
                schedule=serving.served.schedule,
            )
            self._judged[key] = verdict
            serving.health = changed[one.begun.endpoint] = verdict.health
            verdicts.append((one.begun.endpoint, verdict))
            settled.append((one.attempt(verdict), verdict.status))
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
        self, transaction: Transaction, landed: Sequence[Landed], begun: Sequence[Begun]
    ) -> list[str]:
        """Leave endpoints to others that have nothing under way any more; return them."""
        busy = {one.endpoint for one in begun}
        settled = {one.begun.key for one in landed}
        with self._turn:
            now = transaction.now()
            for serving in self._serving.values():
                is_open = serving.served.is_enabled and not serving.health.is_held(now)
                serving.is_paused = serving.is_paused and not is_open
                if serving.ready and not is_open:
                    self._unbegin(transaction, serving, [one.key for one in serving.ready])
                    serving.ready.clear()
            idle = [
                id_
                for id_, one in self._serving.items()
                if id_ not in busy and not one.ready and one.unsettled <= settled
            ]
        stored.release(transaction, idle, lease=self._lease)
        return idle

    def _unbegin(
        self, transaction: Transaction, serving: Serving, unsent: Sequence[AttemptKey]
    ) -> None:
        notices = [notice for _, notice, _ in unsent]
        if notices:
            stored.unbegin(transaction, serving.served.endpoint, notices, lease=self._lease)

    def _send(self, serving: Serving) -> None:
        """Send what is ready, as far as fewer are under way than may be."""
        if self._client is None:
            return
        client = self._client
        while serving.ready and not serving.is_paused and serving.flying < serving.most_flying:
            begun = serving.ready.popleft()
            serving.flying += 1
            serving.unsettled.add(begun.key)
            self.sent += 1
            at = self._time()
            try:
                future = client.submit(serving.request(begun, at))
            except Exception as error:  # noqa: BLE001  # a border: the others go on
                self._land(Landed(serving, begun, at, unexpected(error)))
            else:
                future.add_done_callback(self._landing(serving, begun, at))

    def _time(self) -> datetime:
        """Return what time it is by the database: the clock of this machine may be wrong."""
        now, then = self._time_read
        return now + timedelta(seconds=self._passed() - then)

    def _landing(
        self, serving: Serving, begun: Begun, at: datetime
    ) -> Callable[[Future[Answer]], None]:
        def landed(future: Future[Answer]) -> None:
            with self._turn:
                self._land(Landed(serving, begun, at, answer_of(future)))
                self._send(serving)
            if serving.wants_turn or self._landed.qsize() >= _ENOUGH:
                self._news.set()

        return landed

    def _land(self, landed: Landed) -> None:
        self._landed.put(landed)
        landed.serving.hear(landed.answer)

    def _collected(self) -> list[Landed]:
        found = []
        while not self._landed.empty():
            found.append(self._landed.get())
        return found

    def _tell(self, verdicts: Sequence[tuple[str, Verdict]]) -> None:
        if verdicts:
            watcher().webhooks_sent([verdict.status for _, verdict in verdicts])
        self._untold += (one for one in verdicts if one[1].disable is not None or one[1].warn)
        while self._untold:
            try:
                self._alarm.tell(*self._untold[0])
            except StoreUnavailable:
                raise  # it is told when the database is back
            except Exception:
                # A border: what cannot be told of one must not hold up all others.
                log.exception("courier.untold endpoint=%s", self._untold[0][0])
            self._untold.popleft()
