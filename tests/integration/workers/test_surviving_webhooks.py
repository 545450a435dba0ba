"""Workers are killed and stopped again and again while hosts send: every webhook arrives."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Event, Thread
from typing import Any

import psutil
import pytest
import redis

from hearing import Ear, Told, changed, committed, listening, out_of_order, unheard, unwanted
from integration.workers.conftest import Site, Working
from mentorflow import Engine, Mentorship
from mentorflow.errors import StoreUnavailable
from servers.waiting import wait_until
from tables import rows

pytestmark = pytest.mark.usefixtures("sends_webhooks")
LEASE = 1
"""Seconds after which what a dead or stopped process had begun is begun again."""
PAUSE = 0.02
"""Seconds between two events of a host."""
NOTES = 3
ANSWER = 0.02
"""Seconds that receivers take: with as many events as there are, something is always under way."""
SINCE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass
class Sender:
    """A host that goes on whatever happens, and knows what it was answered."""

    url: str
    accepted: list[tuple[str, int]] = field(default_factory=list)
    """Mentorships, each with the revision an event of it led to."""
    end: Event = field(default_factory=Event)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Send events meanwhile."""
        thread = Thread(target=self._send)
        thread.start()
        try:
            yield
        finally:
            self.end.set()
            thread.join()

    def _send(self) -> None:
        with Engine(self.url, channels=()) as engine:
            for number in itertools.count():
                if self.end.is_set():
                    return
                self._live(engine, f"k{number}", f"program-{number % 2}")

    def _live(self, engine: Engine, key: str, program: str) -> None:
        started = self._answered(
            lambda: engine.start(mentee="mentee-1", mentors=["mentor-1"], program=program, key=key)
        )
        for number, event in enumerate(["mentor.accepted", *["activity.noted"] * NOTES]):
            self._answered(
                lambda: engine.send(started.id, event, by="mentor-1", key=f"{key}-{number}")  # noqa: B023
            )

    def _answered(self, act: Callable[[], Mentorship]) -> Mentorship:
        while True:
            self.end.wait(PAUSE)
            try:
                answer = act()
            except StoreUnavailable:
                continue
            self.accepted.append((answer.id, answer.revision))
            return answer


@dataclass
class Workers:
    """Two workers side by side, and what is done to them."""

    site: Site
    queue: str
    chance: Random
    stack: ExitStack
    running: list[Working] = field(default_factory=list)

    def start(self) -> None:
        """Start one more."""
        worker = self.site.working("--lease", f"{LEASE}")
        self.running.append(self.stack.enter_context(worker))

    def kill_keeper(self) -> None:
        """Kill a process that delivers; its worker starts another one."""
        if keeper := self._keeper():
            keeper.kill()

    def kill_keepers(self) -> None:
        """Kill whoever delivers, wherever that is."""
        for keeper in self._keepers():
            keeper.kill()

    def kill_worker(self) -> None:
        """Kill all processes of a worker at once, and start another worker."""
        _kill_all_of(self.running.pop(0))
        self.start()

    def stop_keeper(self) -> None:
        """Have a process that delivers stand still for longer than its lease."""
        if keeper := self._keeper():
            keeper.suspend()
            Event().wait(LEASE * 1.5)
            keeper.resume()

    def cut_connections(self) -> None:
        """Have PostgreSQL end all connections, whatever is under way on them."""
        rows(
            self.site.db,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )

    def empty_queue(self) -> None:
        """Have Redis forget everything."""
        with redis.Redis.from_url(self.queue) as client:
            client.flushdb()

    def _keepers(self) -> list[psutil.Process]:
        return [keeper for worker in self.running for keeper in worker.parts("keeper")]

    def _keeper(self) -> psutil.Process | None:
        keepers = self._keepers()
        return self.chance.choice(keepers) if keepers else None


def _kill_all_of(worker: Working) -> None:
    supervisor = psutil.Process(worker.process.pid)
    for process in (supervisor, *supervisor.children()):
        process.kill()


ONCE_EACH = (
    Workers.kill_keepers,
    Workers.empty_queue,
    Workers.kill_worker,
    Workers.cut_connections,
    Workers.stop_keeper,
)
OFTEN = (*ONCE_EACH, *[Workers.kill_keeper] * 5, Workers.kill_worker)


@contextmanager
def two_workers(site: Site, queue: str, chance: Random) -> Iterator[Workers]:
    """Run two workers, and kill them in the end."""
    with ExitStack() as stack:
        workers = Workers(site, queue, chance, stack)
        try:
            workers.start()
            workers.start()
            yield workers
        finally:
            for worker in workers.running:
                _kill_all_of(worker)


def slow() -> AbstractContextManager[Ear]:
    """Listen at an address that takes its time."""
    return listening(takes=ANSWER)


@pytest.fixture
def ears(site: Site) -> Iterator[dict[str, Ear]]:
    """Those who listen: to all in order, to all as it comes, to some."""
    with slow() as strict, slow() as loose, listening(_is_wanted) as picky:
        with Engine(site.db, channels=()) as engine:
            subscribe(engine, strict, ordering="strict")
            subscribe(engine, loose)
            subscribe(engine, picky, types=["mentor.accepted"], programs=["program-1"])
        yield {"strict": strict, "loose": loose, "picky": picky}


def _is_wanted(told: Told) -> bool:
    return (told.type, told.program) == ("mentor.accepted", "program-1")


def subscribe(engine: Engine, ear: Ear, **given: Any) -> None:
    """Add an endpoint that somebody listens at."""
    made = engine.webhooks.add(ear.receiver.url, reason="a test", **given)
    ear.receiver.secrets.append(made.secret)
    ear.endpoint = made.endpoint.id


@pytest.mark.timeout(900)
@pytest.mark.parametrize("faults", [None, pytest.param(60, marks=pytest.mark.slow)])
def test_whatever_dies_all_that_was_committed_is_heard(
    site: Site, redis_url: str, ears: dict[str, Ear], faults: int | None
) -> None:
    chance = Random(20250303)
    sender = Sender(site.db)
    with two_workers(site, redis_url, chance) as workers:
        with sender.sending():
            _wait_for_news(sender, ears)
            for fault in chance.choices(OFTEN, k=faults) if faults else ONCE_EACH:
                fault(workers)
                _wait_for_news(sender, ears)
        for ear in ears.values():
            ear.is_moody = False
        _wait_until_none_is_pending(site)
        told = committed(site.db)

        assert set(sender.accepted) <= {(one.mentorship, one.sequence) for one in told}
        for name, ear in ears.items():
            assert unheard(told, ear) == set(), name
            assert unwanted(told, ear) == set(), name
            assert changed(told, ear) == set(), name
            assert ear.receiver.refused == [], name
        assert out_of_order(told, ears["strict"]) == []
        begun_again = site.count("SELECT count(*) FROM mentorflow_delivery WHERE base > 0")
        assert begun_again > 0, "nobody died over anything"

        _replay(site, ears["strict"])
        with listening(is_moody=False) as late:
            _recover(site, late, len(told))
            assert unheard(told, late) == unwanted(told, late) == changed(told, late) == set()
        assert changed(told, ears["strict"]) == set()


def _wait_for_news(sender: Sender, ears: dict[str, Ear]) -> None:
    """Wait until all who hear of everything have heard of what happens from now on."""
    many = len(sender.accepted)
    wait_until(lambda: len(sender.accepted) > many, "more happens", seconds=60)
    news = sender.accepted[many]
    wait_until(
        lambda: news in ears["strict"].happened and news in ears["loose"].happened,
        "it is heard",
        seconds=60,
    )


def _wait_until_none_is_pending(site: Site) -> None:
    pending = "SELECT count(*) FROM mentorflow_delivery WHERE status = 'pending'"
    wait_until(lambda: not site.count(pending), "all is delivered", seconds=120)


def _replay(site: Site, ear: Ear) -> None:
    heard = len(ear.heard)
    ids = [one.id for one in ear.heard[:3]]
    with Engine(site.db, channels=()) as engine:
        for id_ in set(ids):
            engine.webhooks.replay(ear.endpoint, id_)
    _wait_until_none_is_pending(site)
    assert sorted(one.id for one in ear.heard[heard:]) == sorted(set(ids))


def _recover(site: Site, ear: Ear, many: int) -> None:
    with Engine(site.db, channels=()) as engine:
        subscribe(engine, ear)
        recovered = engine.webhooks.recover(
            ear.endpoint, since=SINCE, per_minute=1_000_000, reason="it came late"
        )
    assert recovered.counted == many
    _wait_until_none_is_pending(site)
