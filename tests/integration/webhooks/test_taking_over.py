"""What becomes of deliveries whose Courier died or stood still: another one sends them again."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from threading import Event

import pytest

from builders import Host
from integration.webhooks.endpoints import add
from mentorflow.engine.courier import LEASE
from mentorflow.store.store import Store
from mentorflow.store.webhooks import unbegin
from receiver import Receiver, receiving
from servers.waiting import wait_until
from tables import execute, rows


@pytest.mark.parametrize("deaths", [1, 11])
def test_attempts_that_nobody_knows_the_end_of_are_told_and_use_nothing_of_the_schedule_up(
    host: Host, deaths: int
) -> None:
    is_to_answer = Event()

    def hold_on(number: int, _: object) -> tuple[int, dict[str, str]]:
        if number <= deaths:
            assert is_to_answer.wait(30)
        return 500, {}

    with receiving(hold_on) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        dying = [host.engine.webhooks.courier() for _ in range(deaths)]
        for number, courier in enumerate(dying):
            courier.work()
            wait_until(arrived(receiver, number), "it arrives")
            host.clock.set(host.now + LEASE + timedelta(seconds=1))
        host.engine.webhooks.deliver_due()
        (delivery,) = host.engine.webhooks.deliveries(endpoint)
        is_to_answer.set()
        for courier in dying:
            with closing(courier):
                pass  # what it hears by now changes nothing

    assert host.engine.webhooks.deliveries(endpoint) == [delivery]
    assert (delivery.status, delivery.attempts) == ("pending", deaths + 1)
    *unknown, attempt = host.engine.webhooks.attempts(endpoint, delivery.notice)
    assert [one.number for one in unknown] == list(range(1, deaths + 1))
    assert {(one.error, one.status_code) for one in unknown} == {("abandoned", None)}
    assert "may have arrived" in unknown[0].why
    assert attempt.number == deaths + 1
    assert attempt.next_at is not None
    assert timedelta(seconds=4) <= attempt.next_at - attempt.at <= timedelta(seconds=6)


def test_what_another_lease_has_begun_is_not_taken_back(host: Host) -> None:
    is_to_answer = Event()

    def hold_on(*_: object) -> tuple[int, dict[str, str]]:
        assert is_to_answer.wait(30)
        return 204, {}

    with receiving(hold_on) as receiver, closing(host.engine.webhooks.courier()) as courier:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        courier.work()
        (delivery,) = host.engine.webhooks.deliveries(endpoint)
        store = Store(host.url, host.clock)
        with store.transaction() as transaction:
            unbegin(transaction, endpoint, [delivery.notice], lease="courier-2")
        store.close()
        (after,) = host.engine.webhooks.deliveries(endpoint)
        is_to_answer.set()

    assert (delivery.attempts, after.attempts) == (1, 1)


def test_who_let_a_lease_run_out_that_nobody_took_goes_on_with_it(host: Host) -> None:
    is_to_answer = Event()

    def hold_on(*_: object) -> tuple[int, dict[str, str]]:
        assert is_to_answer.wait(30)
        return 204, {}

    with receiving(hold_on) as receiver, closing(host.engine.webhooks.courier()) as courier:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        courier.work()
        wait_until(arrived(receiver, 0), "it arrives")
        host.clock.set(host.now + LEASE + timedelta(seconds=1))
        courier.work()
        is_to_answer.set()

    (delivery,) = host.engine.webhooks.deliveries(endpoint)
    assert (delivery.status, delivery.attempts, len(receiver.came)) == ("done", 1, 1)


def test_what_is_ones_own_without_ones_knowing_is_found(host: Host, receiver: Receiver) -> None:
    add(host, receiver, types=["mentor.accepted"])
    host.active()
    with closing(host.engine.webhooks.courier()) as courier:
        lease = f"lease = '{courier._lease}'"
        execute(host.url, f"UPDATE mentorflow_delivery SET {lease}, attempts = 1")
        long_ago = "leased_until = '2020-01-01 00:00:00+00:00'"
        execute(host.url, f"UPDATE mentorflow_endpoint_health SET {lease}, {long_ago}")
        while courier.work():
            """Send what is due."""

    assert len(receiver.came) == 1
    assert rows(host.url, "SELECT status, attempts, lease FROM mentorflow_delivery") == [
        ("done", 1, None)
    ]


def arrived(receiver: Receiver, number: int) -> Callable[[], bool]:
    return lambda: len(receiver.came) > number
