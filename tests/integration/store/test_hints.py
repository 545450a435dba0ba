"""Whoever listens hears of new effects soon after they are committed, and only then."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from sqlalchemy import make_url

from builders import Host, open_host
from mentorflow.errors import StoreUnavailable
from mentorflow.store.listening import Listening
from mentorflow.store.store import Store
from mentorflow_workers import listener
from mentorflow_workers.listener import ListenerDuty
from servers.waiting import wait_until

PATIENCE = 10.0
LONG = 100.0
BRIEF = 0.3
"""Seconds; thirty times what hints are held back for."""


@pytest.fixture
def host(postgres_url: str) -> Iterator[Host]:
    opened = open_host(postgres_url)
    yield opened
    opened.engine.close()


def test_an_event_that_leaves_effects_is_heard_of(host: Host, store: Store) -> None:
    with Listening(store) as listening:
        started = host.start()
        assert listening.hears_within(PATIENCE)
        host.send(started, "mentor.accepted")
        assert listening.hears_within(PATIENCE)


def test_a_batch_is_heard_of(host: Host, store: Store) -> None:
    with Listening(store) as listening:
        ids = host.engine.start_many([host.request(mentee=f"mentee-{n}") for n in range(3)])
        assert listening.hears_within(PATIENCE)
        host.engine.send_many((id_, "mentor.accepted", "mentor-1") for id_ in ids)
        assert listening.hears_within(PATIENCE)


def test_an_engine_that_is_closed_at_once_is_heard_of(host: Host, store: Store) -> None:
    with Listening(store) as listening:
        host.start()
        host.engine.close()

        assert listening.hears_within(PATIENCE)


def test_what_leaves_no_effects_is_not_heard_of(host: Host, store: Store) -> None:
    active = host.active()
    with Listening(store) as listening:
        while listening.hears_within(BRIEF):
            """Hear what the beginning left."""
        host.send(active, "noted")

        assert not listening.hears_within(BRIEF)


def test_many_events_are_heard_of_together(host: Host, store: Store) -> None:
    with Listening(store) as listening, ThreadPoolExecutor(4) as threads:
        for _ in threads.map(lambda _: host.start(), range(200)):
            """Start them."""
        heard = 0
        while listening.hears_within(BRIEF):
            heard += 1

    assert 1 <= heard < 200


def test_who_is_woken_waits_no_longer(host: Host, store: Store) -> None:
    with Listening(store) as listening, ThreadPoolExecutor() as threads:
        waiting = threads.submit(listening.hears_within, LONG)
        listening.wake()

        assert waiting.result(PATIENCE) is False
        assert listening.hears_within(LONG) is False
        host.start()
        wait_until(lambda: listening.hears_within(LONG), "it hears as before")
    listening.wake()


def test_a_listener_ends_as_soon_as_it_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_PATIENCE", LONG)
    heard = Event()
    duty = ListenerDuty(store, heard=heard.set)
    duty.start()
    heard.wait(PATIENCE)

    duty.stop()

    assert duty.join(timedelta(seconds=PATIENCE))


def test_a_listener_whose_connection_is_cut_listens_again(host: Host, store: Store) -> None:
    heard: list[None] = []
    duty = ListenerDuty(store, heard=lambda: heard.append(None))
    duty.start()
    _cut(host.url, "LISTEN mentorflow_effects")
    wait_until(lambda: _started_and_heard(host, heard), "it hears again")
    duty.stop()
    assert duty.join(timedelta(seconds=PATIENCE))


def _started_and_heard(host: Host, heard: list[None]) -> bool:
    host.start()
    return bool(heard)


def _cut(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:

        def is_cut() -> bool:
            found = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query = %s",
                (statement,),
            )
            return bool(found.fetchall())

        wait_until(is_cut, "the listener's connection is cut")


def test_a_connection_that_was_lost_is_said_to_be(host: Host, store: Store) -> None:
    with Listening(store) as listening:
        _cut(host.url, "LISTEN mentorflow_effects")

        with pytest.raises(StoreUnavailable):
            listening.hears_within(PATIENCE)
