"""Several threads and several processes at one database: what each does is done once, in order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from builders import Host, at, open_host
from jobs import (
    fire_timers,
    in_processes,
    in_threads,
    open_new,
    send_notes,
    send_same_keys,
    start_same_keys,
)
from mentorflow import Mentorship
from servers.postgres import conninfo as postgres_conninfo
from servers.waiting import wait_until
from tables import driver, rows


def test_threads_that_send_to_one_mentorship_wait_for_each_other(host: Host) -> None:
    active = host.active()

    def send(number: int) -> list[int]:
        texts = (f"{number}-{n}" for n in range(15))
        return [host.send(active, "noted", data={"text": text}).revision for text in texts]

    answers = in_threads(4, send)

    assert sorted(chain(*answers)) == list(range(3, 63))
    assert_gapless(host, active, 62)


def assert_gapless(host: Host, mentorship: Mentorship, last: int) -> None:
    entries = host.engine.history(mentorship.id)
    assert [entry.revision for entry in entries] == list(range(1, last + 1))
    assert host.engine.get(mentorship.id).revision == last


def test_processes_that_send_to_one_mentorship_wait_for_each_other(host: Host) -> None:
    active = host.active()

    answers = in_processes(2, send_notes, host.url, active.id, 40)

    assert sorted(chain(*answers)) == list(range(3, 83))
    assert_gapless(host, active, 82)
    texts = [entry.data["text"] for entry in host.engine.history(active.id)[2:]]
    for number in range(2):
        mine = [text for text in texts if text.startswith(f"{number}-")]
        assert mine == [f"{number}-{n}" for n in range(40)]


def test_processes_that_send_the_same_keys_get_the_same_answers(host: Host) -> None:
    active = host.active()

    one, other = in_processes(2, send_same_keys, host.url, active.id, 20)

    assert one == other
    assert_gapless(host, active, 22)


def test_processes_that_start_the_same_keys_start_one_mentorship_each(host: Host) -> None:
    one, other = in_processes(2, start_same_keys, host.url, 20)

    assert one == other
    assert sorted(one) == [found.id for found in host.engine.find()]


def test_an_import_that_meets_another_one_takes_what_that_one_started(postgres_url: str) -> None:
    host = open_host(postgres_url)
    plain = postgres_conninfo(make_url(postgres_url))
    with psycopg.connect(plain) as theirs, ThreadPoolExecutor() as pool:
        first = host.start(key="k", session=theirs)
        importing = pool.submit(host.engine.start_many, [host.request(key="k"), host.request()])
        wait_until(lambda: rows(postgres_url, WAITING) == [(1,)], "the import waits for the key")
        theirs.commit()

        ids = importing.result(timeout=60)

    assert ids[0] == first.id
    assert sorted(ids) == [found.id for found in host.engine.find()]
    host.engine.close()


def test_a_limit_that_is_changed_does_not_lock_those_out_who_fire_what_it_put_off(
    postgres_url: str,
) -> None:
    host = open_host(postgres_url)
    _, second, third = (host.start() for _ in range(3))
    limit = partial(host.engine.timings.limit, "d3", reason="x", workflow="tiny")
    limit(per_minute=1)
    host.wait(days=3)
    plain = postgres_conninfo(make_url(postgres_url))
    with psycopg.connect(plain) as theirs, ThreadPoolExecutor() as pool:
        theirs.execute("SELECT 1 FROM mentorflow_mentorship FOR UPDATE")  # as a claim of both
        host.send(third, "mentor.accepted", session=theirs)
        limiting = pool.submit(limit, per_minute=60)
        wait_until(lambda: rows(postgres_url, WAITING) == [(1,)], "the limit waits")
        host.send(second, "mentor.accepted", session=theirs)
        theirs.commit()

        changed = limiting.result(timeout=60)

    assert (changed.from_value, changed.to_value) == ("1 a minute", "60 a minute")
    assert host.engine.explain(second.id)["state"] == "active"
    host.engine.close()


WAITING = """
SELECT count(*)::int FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def test_processes_that_run_at_once_fire_each_timer_once(host: Host) -> None:
    ids = host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(300))

    fired = in_processes(2, fire_timers, host.url, 3)

    host.clock.set(at(days=3))
    left = host.engine.run_due().timers_fired
    assert sum(fired) + left == 300
    events = Counter(event for m in host.engine.find(limit=1000) for event in host.events(m))
    assert events == {"mentorship.started": 300, "timer.fired": 300}
    assert len(ids) == 300


def test_threads_that_run_at_once_do_each_effect_once(host: Host) -> None:
    host.engine.people.set("mentor-1", weekly_budget=100)
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(100))
    heard = host.heard("*")

    in_threads(3, lambda _: host.engine.run_due())
    host.wait(seconds=1)  # what met another thread at the same person was put back for a moment

    assert len(heard) == 200
    assert len({notice.id for notice in heard}) == 200


def test_sending_and_firing_at_once_lose_nothing(host: Host) -> None:
    started = [host.start(mentee=f"mentee-{n}") for n in range(30)]
    host.clock.set(at(days=3))

    def work(number: int) -> object:
        if number == 0:
            return host.engine.run_due()
        return [host.send(found, "mentor.accepted").state for found in started]

    answers = in_threads(2, work)

    assert answers[1] == ["active"] * 30
    for found in started:
        events = host.events(found)
        assert events[0] == "mentorship.started"
        assert events.count("mentor.accepted") == 1
        assert events in (
            ["mentorship.started", "timer.fired", "mentor.accepted"],
            ["mentorship.started", "mentor.accepted"],
        )


def test_batches_that_name_the_same_mentorships_in_another_order_do_not_lock_each_other_out(
    host: Host,
) -> None:
    active = [host.active(mentee=f"mentee-{n}") for n in range(20)]

    def work(number: int) -> object:
        chosen = active if number % 2 else active[::-1]
        for _ in range(5):
            host.engine.send_many({"id": found.id, "event": "noted"} for found in chosen)
        return "done"

    assert in_threads(4, work) == ["done"] * 4
    for found in active:
        assert_gapless(host, found, 22)


def test_hosts_that_send_in_transactions_of_their_own_wait_for_each_other(host: Host) -> None:
    active = host.active()

    def send(number: int) -> list[int]:
        revisions = []
        for n in range(15):
            with driver(host.url) as theirs:  # which commits at its end
                data = {"text": f"{number}-{n}"}
                sent = host.send(active, "noted", data=data, session=theirs)
                revisions.append(sent.revision)
        return revisions

    answers = in_threads(3, send)

    assert sorted(chain(*answers)) == list(range(3, 48))
    assert_gapless(host, active, 47)


def test_processes_that_open_a_new_database_at_once_make_it_once(bare_sqlite_url: str) -> None:
    ids = in_processes(3, open_new, bare_sqlite_url)

    host = open_host(bare_sqlite_url)
    assert [found.id for found in host.engine.find()] == sorted(ids)
    host.engine.close()


def test_threads_that_open_new_databases_at_once_all_get_in(tmp_path: Path) -> None:
    def open_them_all(_number: int) -> list[str]:
        states = []
        for number in range(15):
            host = open_host(f"sqlite:///{tmp_path / f'{number}.db'}")
            states.append(host.start().state)
            host.engine.close()
        return states

    assert in_threads(6, open_them_all) == [["contact"] * 15] * 6


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_threads_can_share_a_database_in_memory(url: str) -> None:
    host = open_host(url)
    active = host.active()

    def work(number: int) -> object:
        for n in range(40):
            if number:
                host.engine.get(active.id)
                host.engine.history(active.id)
            else:
                host.send(active, "noted", data={"text": f"{n}"})
        return "done"

    assert in_threads(3, work) == ["done"] * 3
    assert_gapless(host, active, 42)
    host.engine.close()
