"""A host's clock that steps: on PostgreSQL the database has the one clock that counts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import life
from mentorflow import Engine
from mentorflow.clock import SystemClock
from mentorflow.engine.channels import Message
from mentorflow.engine.relay import Relay
from mentorflow.store.store import Store
from tables import rows

HOUR = timedelta(hours=1)
START: dict[str, Any] = {"mentee": "m", "mentors": ["n"], "program": "p", "workflow": "tiny"}


class SteppingClock(SystemClock):
    """The clock of a host, which may be wrong."""

    def __init__(self) -> None:
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.wrong_by


class Looking:
    """A channel that looks when the leases end, and sets the clock back after its first look."""

    name = "looking"
    needs_address = False

    def __init__(self, url: str, clock: SteppingClock) -> None:
        self.url = url
        self.clock = clock
        self.seen: list[datetime] = []

    def deliver(self, _: Message) -> None:
        sql = "SELECT max(available_at) FROM mentorflow_effect WHERE status = 'pending'"
        self.seen.append(rows(self.url, sql)[0][0])
        self.clock.wrong_by = -HOUR


def test_a_clock_that_is_set_back_does_not_keep_leases_from_being_extended(
    postgres_url: str,
) -> None:
    clock = SteppingClock()
    looking = Looking(postgres_url, clock)
    with Engine(postgres_url, clock=clock, workflows=[life()], channels=[looking]) as engine:
        engine.start_many([START] * 3)
        engine.run_due()

    assert len(looking.seen) == 3
    assert looking.seen[1] > looking.seen[0]


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR])
def test_what_time_it_is_and_how_long_leases_last_the_database_says(
    postgres_url: str, wrong_by: timedelta
) -> None:
    clock = SteppingClock()
    clock.wrong_by = wrong_by
    store = Store(postgres_url, clock)
    with Engine(postgres_url, clock=clock, workflows=[life()], channels=[]) as engine:
        started = engine.start(**START)
    claim = Relay(store).claim_batch()
    store.close()

    [(now, leased_until)] = rows(
        postgres_url, "SELECT clock_timestamp(), max(available_at) FROM mentorflow_effect"
    )
    assert len(claim.keys) == 2
    assert abs(now - started.entered_at) < HOUR / 2
    assert now < leased_until < now + HOUR / 2
