"""A worker sends webhooks, and what is under way ends before it does."""

from collections.abc import Iterator

import pytest

from integration.workers.conftest import Site
from mentorflow import Engine
from mentorflow.engine.sealing import new_key
from receiver import Receiver, receiving
from servers.waiting import wait_until


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTORFLOW_SECRET_KEY", new_key())
    monkeypatch.setenv("MENTORFLOW_WEBHOOK_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def live(url: str, receiver: Receiver) -> str:
    """Add an endpoint, and have something happen; return its id."""
    with Engine(url, channels=()) as engine:
        made = engine.webhooks.add(receiver.url, reason="a test")
        receiver.secrets.append(made.secret)
        started = engine.start(mentee="mentee-1", mentors=["mentor-1"], program="program-1")
        engine.send(started.id, "mentor.accepted", by="mentor-1")
        return made.endpoint.id


def test_a_worker_delivers_and_lets_go_of_what_it_serves(site: Site, receiver: Receiver) -> None:
    with site.working() as worker:
        worker.wait_until_ready(1)
        endpoint = live(site.db, receiver)
        wait_until(lambda: "mentor.accepted" in receiver.types, "it arrives")
        assert worker.end() == 0

    with Engine(site.db, channels=()) as engine:
        assert {one.status for one in engine.webhooks.deliveries(endpoint)} == {"done"}
    held = "SELECT count(*) FROM mentorflow_endpoint_health WHERE lease IS NOT NULL"
    assert site.count(held) == 0


def test_a_worker_may_have_other_duties_alone(site: Site, receiver: Receiver) -> None:
    endpoint = live(site.db, receiver)
    with site.working("--duties", "timekeeper,relay,carrier") as worker:
        site.wait_until_all_is_done()
        worker.end()

    assert receiver.came == []
    with Engine(site.db, channels=()) as engine:
        assert engine.webhooks.get(endpoint).waiting == 4
