"""`mentorflow worker`: timers and effects carried out by processes that may be killed."""

import json
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest
import redis

from integration.cli.program import Program
from integration.cli.seed import start
from integration.workers.conftest import Site
from mentorflow import Engine
from servers import redis as redis_server
from servers.session import Session
from servers.waiting import wait_until
from tables import rows

MANY = 300
SOON = ("--lease", "2")
"""Seconds; after them somebody else begins what a dead process had begun."""
LedgerHolds = Callable[[list[str]], None]


def test_its_processes_carry_out_what_was_due_and_it_ends_when_it_is_told(
    site: Site, ledger_holds: LedgerHolds
) -> None:
    ids = site.start(MANY)

    with site.working("--processes", "2") as worker:
        site.wait_until_all_is_done()
        status = worker.end()

    assert status == 0
    ledger_holds(ids)
    assert set(site.deliveries().values()) == {1}
    assert Counter(rows(site.db, "SELECT attempts FROM mentorflow_effect")).keys() == {(1,)}


def test_a_worker_hears_of_an_event_of_another_process(site: Site) -> None:
    with site.working("--poll", "3600") as worker:
        worker.wait_until_ready(carriers=1)
        with Engine(site.db, channels=[]) as engine:
            engine.start(mentee="mentee-9", mentors=["mentor-9"], program="lfx")
            wait_until(lambda: bool(site.deliveries()), "the message is delivered")
        worker.end()

    assert set(site.deliveries()) == site.messages()


# Keepers are killed by default where webhooks have to survive it: test_surviving_webhooks.py.
@pytest.mark.parametrize("part", ["carrier", pytest.param("keeper", marks=pytest.mark.slow)])
def test_a_process_that_is_killed_is_started_again_and_nothing_is_lost(
    site: Site, ledger_holds: LedgerHolds, part: str
) -> None:
    ids = site.start(MANY)

    with site.working("--processes", "2", *SOON) as worker:
        wait_until(lambda: bool(site.deliveries()), "work has begun")
        for _ in range(3):
            wait_until(lambda: bool(worker.parts(part)), "it runs")
            victim = worker.parts(part)[0]
            victim.kill()
            wait_until(partial(_is_gone, victim), "its death is noticed")
        site.wait_until_all_is_done()
        assert worker.end() == 0

    assert site.log.read_text().count(f"worker.died part={part}") == 3
    ledger_holds(ids)


def _is_gone(process: psutil.Process) -> bool:
    return not psutil.pid_exists(process.pid)


def test_what_redis_forgets_is_claimed_again(
    site: Site, ledger_holds: LedgerHolds, redis_url: str
) -> None:
    ids = site.start(MANY)

    with site.working("--duties", "timekeeper,relay", *SOON) as relaying:
        with redis.Redis.from_url(redis_url) as client:
            wait_until(lambda: client.llen("mentorflow:effects") > 2, "claims wait in the queue")
            client.flushdb()
        with site.working("--duties", "carrier", *SOON) as carrying:
            site.wait_until_all_is_done()
            carrying.end()
        relaying.end()

    ledger_holds(ids)


def test_a_queue_that_is_not_there_is_waited_for(
    site: Site, ledger_holds: LedgerHolds, server_session: Session
) -> None:
    ids = site.start(3)
    server = redis_server.start(server_session, redis_server.program(server_session))
    server.process.kill()

    with site.working("--redis", server.url, *SOON) as worker:
        wait_until(lambda: "duty.waits duty=relay" in site.log.read_text(), "it waits")
        started = redis_server.start_again(server_session, server)
        site.wait_until_all_is_done()
        worker.end()
    started.process.stop()

    ledger_holds(ids)


def test_a_process_that_stood_still_past_its_lease_cannot_acknowledge(
    site: Site, ledger_holds: LedgerHolds
) -> None:
    ids = site.start(MANY)

    with site.working("--processes", "1", *SOON) as worker:
        wait_until(lambda: bool(site.deliveries()), "it has begun")
        (carrier,) = worker.parts("carrier")
        carrier.suspend()
        with site.working("--duties", "carrier", *SOON) as other:
            site.wait_until_all_is_done()
            carrier.resume()
            other.end()
        worker.end()

    ledger_holds(ids)


APP = """
from pathlib import Path

from mentorflow import Engine

engine = Engine({url!r}, channels=())


@engine.on("mentorship.state_changed")
def tell(notice):
    with Path("told.txt").open("a") as told:
        told.write(f"{{notice.id}} {{notice.to_state}}\\n")
"""


def test_the_callbacks_of_an_app_are_called_by_the_carriers(site: Site) -> None:
    ids = site.start(20)
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))

    with site.working("--app", "my_app:engine", "--processes", "2") as worker:
        site.wait_until_all_is_done()
        worker.end()

    told = (site.program.folder / "told.txt").read_text().splitlines()
    changes = Counter(line.partition(" ")[2] for line in told)
    assert changes == {"contact": len(ids), "closed": len(ids)}
    assert len({line.partition(" ")[0] for line in told}) == 2 * len(ids)
    assert site.deliveries() == {}, "the app has no channel"


@pytest.mark.parametrize("name", ["nowhere:engine", "json:engine", "json", "json:loads"])
def test_an_app_that_is_none_is_refused(site: Site, name: str) -> None:
    answer = site.program("worker", "--app", name, MENTORFLOW_DEBUG="0")

    assert answer.status == 1
    assert "name it as package.module:engine" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_nothing_outlives_a_supervisor_that_is_killed(site: Site) -> None:
    with site.working("--processes", "2") as worker:
        worker.wait_until_ready(carriers=2)
        parts = [*worker.parts("keeper"), *worker.parts("carrier")]
        worker.process.kill()
        _, alive = psutil.wait_procs(parts, timeout=30)

    assert len(parts) == 3
    assert alive == []


def test_on_sqlite_one_process_does_all_the_work(sqlite_url: str, tmp_path: Path) -> None:
    start(sqlite_url, 20)
    program = Program(db=sqlite_url, folder=tmp_path)

    with program.started("worker", "--poll", "0.05", "--json") as process:
        wait_until(lambda: _is_all_done(sqlite_url), "all is done")
        process.send_signal(signal.SIGTERM)
        stdout, _ = process.communicate(timeout=40)

    assert process.returncode == 0
    assert json.loads(stdout) == {"parts": 1, "deaths": 0}


def _is_all_done(url: str) -> bool:
    pending = rows(url, "SELECT count(*) FROM mentorflow_effect WHERE status = 'pending'")
    due = rows(url, "SELECT count(*) FROM mentorflow_timer WHERE due_at <= datetime('now')")
    return pending == due == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--duties", "sweeper"], "there are timekeeper, relay, carrier, courier, rescuer, pruner"),
        (["--redis", "redis://127.0.0.1/0"], "leave redis out"),
        (["--db", "postgresql://127.0.0.1/nowhere"], "needs a queue"),
        (["--duties", "carrier"], "name both, or neither"),
        (["--processes", "0"], "greater than or equal to 1"),
    ],
)
def test_what_it_cannot_work_with_is_said_at_once(
    sqlite_url: str, tmp_path: Path, arguments: list[str], told: str
) -> None:
    answer = Program(db=sqlite_url, folder=tmp_path)("worker", *arguments)

    assert answer.status == 2
    assert told in " ".join(answer.stderr.split())


def test_an_address_of_no_queue_is_refused(postgres_url: str, tmp_path: Path) -> None:
    answer = Program(db=postgres_url, folder=tmp_path)("worker", "--redis", "http://host")

    assert answer.status == 1
    assert "redis is no URL of a Redis server" in answer.stderr
