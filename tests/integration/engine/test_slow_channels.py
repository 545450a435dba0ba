"""A channel that takes its time keeps the lease of what is still to be carried out."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from builders import Host, life, open_host
from mentorflow import Engine
from mentorflow.engine.carrier import LEASE
from mentorflow.engine.channels import Message

MANY = 12


class Slow:
    """A channel on which time goes by, and on which somebody else looks for work meanwhile."""

    name = "slow"
    needs_address = False

    def __init__(self, takes: timedelta) -> None:
        self.takes = takes
        self.delivered: Counter[str] = Counter()
        self.stolen = 0
        self.host: Host | None = None
        self.other: Engine | None = None

    def deliver(self, message: Message) -> None:
        assert self.host is not None
        assert self.other is not None
        self.delivered[message.id] += 1
        self.host.clock.set(self.host.clock.now() + self.takes)
        self.stolen += self.other.run_due().effects_done


@pytest.fixture
def slow() -> Slow:
    return Slow(LEASE / 4)


@pytest.fixture
def host(database_url: str, slow: Slow) -> Iterator[Host]:
    host = open_host(database_url, life())
    with (
        Engine(host.url, clock=host.clock, workflows=[life()], channels=[slow]) as working,
        Engine(host.url, clock=host.clock, workflows=[life()], channels=[]) as other,
    ):
        host.engine.people.set("mentor-1", weekly_budget=MANY)
        host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(MANY))
        host.engine.close()
        host.engine = working
        slow.host, slow.other = host, other
        yield host


def test_what_is_left_of_a_slow_batch_is_nobody_elses(host: Host, slow: Slow) -> None:
    report = host.engine.run_due()

    assert slow.stolen == 0
    assert set(slow.delivered.values()) == {1}
    assert (report.effects_done, report.effects_failed) == (2 * MANY, 0)


def test_one_that_takes_longer_than_its_lease_loses_it(host: Host, slow: Slow) -> None:
    slow.takes = LEASE

    report = host.engine.run_due()

    assert slow.stolen == 2 * MANY, "the other took all of them over while the first was slow"
    assert report.effects_done == 1, "what it had done it could still say, but not settle"
    assert len(slow.delivered) == 1
