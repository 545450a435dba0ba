"""A worker sends webhooks, and what is under way ends before it does."""

import pytest

from integration.webhooks.endpoints import live
from integration.workers.conftest import Site
from mentorflow import Engine
from receiver import Receiver
from servers.waiting import wait_until

pytestmark = pytest.mark.usefixtures("sends_webhooks")


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
