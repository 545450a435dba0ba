"""Webhooks: delivered through the database, beside the same client without one; and recovered."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from queue import SimpleQueue
from statistics import quantiles
from threading import Event, Thread

from benchmarks.alone import peak_megabytes
from benchmarks.clients import BODY, receiver
from benchmarks.databases import Database, PostgresqlDatabase, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.clock import SystemClock
from mentorflow.engine.courier import Courier
from mentorflow.engine.engine import Engine
from mentorflow.engine.outside import NETWORKS
from mentorflow.engine.sealing import VARIABLE, new_key
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Request
from mentorflow.outbound.rules import Rules
from mentorflow.store.store import Store
from mentorflow.webhooks import headers_of, new_secret

REPEATS = 5
ENDPOINTS = 8
"""With eight requests under way to each."""
IN_FLIGHT = 64
_AT_ONCE = 1000
_PAUSE = 0.005


@contextmanager
def allowed() -> Iterator[None]:
    """Have a key for secrets, and the leave to send to this machine, for as long as it takes."""
    before = dict(os.environ)
    os.environ |= {VARIABLE: new_key(), NETWORKS: "127.0.0.0/8"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def deliver(kind: str, *, deliveries: int) -> Figure:
    """Measure deliveries from the row to the row of the attempt, beside bare signed requests."""
    rounds = Rounds()
    with (
        allowed(),
        tempfile.TemporaryDirectory() as folder,
        databases(kind, Path(folder)) as ours,
        receiver() as url,
        Engine(ours.url, channels=()) as engine,
        closing(engine.webhooks.courier()) as courier,
    ):
        endpoints = _endpoints(engine, [url] * ENDPOINTS)
        for repeat in range(1 + REPEATS):
            put(ours, endpoints, deliveries, batch=f"r{repeat}")
            rounds.add(ours=_drain(courier), floor=_bare(url, deliveries))
            assert _counted(ours) == {"done": deliveries * (1 + repeat)}
        notes = [
            f"{ours.durability}; bodies of {len(BODY)} bytes, {IN_FLIGHT} under way, 8 endpoints",
            "the floor signs and sends by the same client, and writes nothing",
        ]
    rounds.drop_first()
    return rounds.rates(f"webhooks.deliver.{kind}", "deliveries/s", deliveries, notes)


def isolation(kind: str, *, seconds: float, a_second: int) -> Figure:
    """Measure how late what good endpoints are sent is, while one in ten hangs."""
    with (
        allowed(),
        tempfile.TemporaryDirectory() as folder,
        databases(kind, Path(folder)) as ours,
        receiver() as good,
        receiver("--behave", "ignore") as hanging,
        Engine(ours.url, channels=()) as engine,
    ):
        fine = _endpoints(engine, [good] * 90)
        others = _endpoints(engine, [good] * 10)
        idle = _delays(engine, ours, fine, others, seconds=seconds, a_second=a_second, batch="i")
        for endpoint in others:
            engine.webhooks.remove(endpoint, reason="measuring")
        stuck = _endpoints(engine, [hanging] * 10)
        busy = _delays(engine, ours, fine, stuck, seconds=seconds, a_second=a_second, batch="h")
        assert all(_waiting(ours, [one], "h") for one in stuck), "somebody was not sent anything"
    p99, floor = quantiles(busy, n=100)[98], quantiles(idle, n=100)[98]
    return Figure(
        name=f"webhooks.isolation.{kind}",
        unit="ms p99",
        ours=p99,
        floor=floor,
        ratio=floor / p99,
        repeats=len(busy),
        spread=(floor / max(busy), floor / min(busy)),
        notes=(
            f"{ours.durability}; 100 endpoints, {a_second} deliveries/s, 10 of the endpoints hang",
            f"{p99 - floor:+,.0f} ms over the idle figure (must stay below 1,000)",
        ),
    )


def recover(kind: str, *, notices: int) -> Figure:
    """Measure putting failed notices up once more, beside the same rows by one statement."""
    with (
        allowed(),
        tempfile.TemporaryDirectory() as folder,
        databases(kind, Path(folder)) as ours,
        Engine(ours.url, channels=()) as engine,
    ):
        (endpoint,) = _endpoints(engine, ["http://127.0.0.1:1024/"])
        put(ours, [endpoint], notices, batch="f")
        failed = "UPDATE mentorflow_delivery SET status = 'failed', ended_at = created_at"
        anew = (
            "UPDATE mentorflow_delivery SET status = 'pending', cause = 'recovery', "
            "base = attempts, ended_at = NULL, error = NULL"
        )
        _run(ours, failed)
        ours.settle()
        since = datetime.fromisoformat("2000-01-01T00:00+00:00")
        before = peak_megabytes()
        rounds = Rounds()
        with Stopwatch() as watch:
            done = engine.webhooks.recover(
                endpoint, since=since, types=["*"], per_minute=1_000_000, reason="measuring"
            )
        assert (done.done, done.counted) == (notices, notices)
        memory = peak_megabytes()
        _run(ours, failed)
        with Stopwatch() as floor_watch:
            _run(ours, anew)
        rounds.add(ours=watch.took, floor=floor_watch.took)
    notes = [
        f"{ours.durability}; {notices:,} failed, counted first and then put up by thousands",
        f"peak memory {before:.0f} MB before, {memory:.0f} MB after",
        "the floor is one UPDATE of the same rows",
    ]
    return rounds.rates(f"webhooks.recover.{kind}", "notices/s", notices, notes)


def put(database: Database, endpoints: Sequence[str], many: int, *, batch: str) -> None:
    """Put deliveries up, shared out among endpoints, with the rows an event writes for one."""
    store = Store(database.url, SystemClock())
    text = BODY.decode()
    nobody = "00000000-0000-7000-8000-000000000000"
    for start in range(0, many, _AT_ONCE):
        with store.transaction() as transaction:
            at = transaction.instant(transaction.now())
            names = [f"evt_{batch}_{n}" for n in range(start, min(start + _AT_ONCE, many))]
            notices = [(name, "test.bench", nobody, 1, 0, "program-1", at, text) for name in names]
            transaction.write("insert_notice", notices)
            transaction.write(
                "insert_delivery",
                [
                    (endpoints[n % len(endpoints)], name, nobody, 1, 0, "event", at, at)
                    for n, name in enumerate(names)
                ],
            )
    store.close()


def _endpoints(engine: Engine, urls: Sequence[str]) -> list[str]:
    return [
        engine.webhooks.add(url, types=["never.told"], reason="measuring").endpoint.id
        for url in urls
    ]


def _drain(courier: Courier) -> Took:
    with Stopwatch() as watch:
        while courier.work():
            pass
    return watch.took


def _counted(database: Database) -> dict[str, int]:
    return dict(database.query("SELECT status, count(*) FROM mentorflow_delivery GROUP BY 1"))


def _bare(url: str, many: int) -> Took:
    """Sign and send as many requests by the same client, so many at a time."""
    secret, clock = new_secret(), SystemClock()
    landed: SimpleQueue[Future[Answer]] = SimpleQueue()
    with Client(Rules.for_development("127.0.0.0/8"), now=clock.now) as client:

        def send(number: int) -> None:
            signed = headers_of(f"evt_{number}", clock.now(), BODY, secret)
            request = Request(
                url=url, headers={"content-type": "application/json", **signed}, body=BODY
            )
            client.submit(request).add_done_callback(landed.put)

        with Stopwatch() as watch:
            for number in range(min(IN_FLIGHT, many)):
                send(number)
            for number in range(IN_FLIGHT, many + IN_FLIGHT):
                assert landed.get().result().is_success
                if number < many:
                    send(number)
    return watch.took


def _delays(
    engine: Engine,
    database: Database,
    fine: Sequence[str],
    others: Sequence[str],
    *,
    seconds: float,
    a_second: int,
    batch: str,
) -> list[float]:
    """Return the milliseconds from when each delivery to a good endpoint was put up to its sending.

    A measurement that lost sight of the latest ones would be flattering, so all are waited for.
    """
    ended = Event()
    with closing(engine.webhooks.courier()) as courier:

        def work() -> None:
            while not ended.is_set():
                if not courier.work():
                    ended.wait(_PAUSE)

        thread = Thread(target=work)
        thread.start()
        turns, share = cycle(_mixed(fine, others)), a_second // 10
        for tenth in range(int(seconds * 10)):
            with Stopwatch() as watch:
                put(database, list(islice(turns, share)), share, batch=f"{batch}{tenth}_")
            ended.wait(max(0.0, 0.1 - watch.took.wall))
        while waiting := _waiting(database, fine, batch):
            assert thread.is_alive(), f"{waiting} were never sent"
            ended.wait(0.1)
        ended.set()
        thread.join()
    return _took(database, fine, batch)


def _mixed(fine: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return all of them, the others strewn among the good ones."""
    each = len(fine) // len(others)
    groups = [fine[start : start + each] for start in range(0, len(fine), each)]
    return [one for group, other in zip(groups, others, strict=True) for one in (*group, other)]


def _waiting(database: Database, endpoints: Sequence[str], batch: str) -> int:
    found = database.query(
        "SELECT endpoint FROM mentorflow_delivery "
        f"WHERE status = 'pending' AND notice LIKE 'evt_{batch}%'"
    )
    return sum(endpoint in endpoints for (endpoint,) in found)


def _took(database: Database, endpoints: Sequence[str], batch: str) -> list[float]:
    found = database.query(
        "SELECT d.endpoint, d.created_at, a.at FROM mentorflow_delivery AS d "
        "JOIN mentorflow_attempt AS a ON a.endpoint = d.endpoint AND a.notice = d.notice "
        f"WHERE d.notice LIKE 'evt_{batch}%'"
    )
    good = set(endpoints)
    return [
        (_instant(at) - _instant(created_at)) / timedelta(milliseconds=1)
        for endpoint, created_at, at in found
        if endpoint in good
    ]


def _run(database: Database, statement: str) -> None:
    if isinstance(database, PostgresqlDatabase):
        database.command(statement)
    else:
        database.query(statement)


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
