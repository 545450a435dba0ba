"""A call that does not come back is given up in place of its thread, which then settles nothing."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from builders import Host, life, open_host
from mentorflow.engine.channels import Message
from servers.waiting import wait_until
from tables import rows

STATUSES = "SELECT status, attempts, error FROM mentorflow_effect ORDER BY revision, position"


class Hanging:
    """A channel that hangs until it is let go."""

    name = "hanging"
    needs_address = False

    def __init__(self) -> None:
        self.called = Event()
        self.let_go = Event()

    def deliver(self, _: Message) -> None:
        self.called.set()
        assert self.let_go.wait(30)


@pytest.fixture
def channel() -> Hanging:
    return Hanging()


@pytest.fixture
def host(database_url: str, channel: Hanging) -> Iterator[Host]:
    host = open_host(database_url, life(), channels=[channel])
    host.engine.people.set("mentor-1", channels=["hanging"])
    yield host
    host.engine.close()


def test_it_counts_as_failed_and_what_is_left_of_its_claim_is_free(
    host: Host, channel: Hanging
) -> None:
    host.start()  # a message first, then that the state has changed
    thread = Thread(target=host.engine.run_due)
    thread.start()
    assert channel.called.wait(30)

    [call] = host.engine.carrier.calls
    host.engine.carrier.give_up(call)

    [hung, left] = rows(host.url, STATUSES)
    assert hung == ("pending", 1, "TimeoutError: it did not come back within half of its lease")
    assert left == ("pending", 1, None)
    free = rows(host.url, "SELECT position FROM mentorflow_effect ORDER BY available_at")
    assert free == [(1,), (0,)], "the one left is free at once, the other after a pause"

    channel.let_go.set()
    thread.join(30)
    assert rows(host.url, STATUSES)[0] == hung, "who was given up settles nothing"
    assert host.engine.carrier.calls == []

    host.wait(seconds=10)
    assert {status for status, *_ in rows(host.url, STATUSES)} == {"done"}


def test_what_was_done_before_it_is_settled_with_it(host: Host, channel: Hanging) -> None:
    told: list[str] = []
    host.engine.on("mentorship.state_changed")(lambda notice: told.append(notice.id))
    host.start()
    channel.let_go.set()
    host.engine.run_due()
    channel.let_go.clear()
    channel.called.clear()
    host.start()
    host.start()
    thread = Thread(target=host.engine.run_due)
    thread.start()
    wait_until(channel.called.is_set, "the first message hangs")
    before = len(host.engine.carrier.calls)

    host.engine.carrier.give_up(host.engine.carrier.calls[0])
    channel.let_go.set()
    thread.join(30)
    host.wait(seconds=10)

    assert before == 1
    assert sorted(told) == sorted(set(told)), "nothing was told twice"
    assert {status for status, *_ in rows(host.url, STATUSES)} == {"done"}
