"""The Timekeeper's duty: it is there when a timer is due, and does not look for it meanwhile."""

from datetime import timedelta

import pytest

from builders import Host, at, life, open_host
from mentorflow.engine.library import Library
from mentorflow.engine.timekeeper import Timekeeper
from mentorflow.store.store import Store
from mentorflow_workers.timekeeper import TimekeeperDuty

POLL = timedelta(hours=1)


@pytest.fixture
def duty(store: Store) -> TimekeeperDuty:
    """A duty that looks once an hour, and whose first timer is due after three days."""
    return TimekeeperDuty(POLL, Timekeeper(store, Library([life()])), fired=lambda: None)


def test_it_rests_until_the_next_timer_is_due(host: Host, duty: TimekeeperDuty) -> None:
    host.start()
    host.clock.set(at(days=2, hours=23, minutes=50))

    assert duty.work() == 0
    assert duty.rest() == timedelta(minutes=10)
    host.clock.set(at(days=3))
    assert duty.work() == 1


def test_it_looks_as_often_as_it_is_told_where_nothing_is_due_for_long(
    host: Host, duty: TimekeeperDuty
) -> None:
    assert (duty.work(), duty.rest()) == (0, POLL), "there is no timer at all"
    host.start()
    assert (duty.work(), duty.rest()) == (0, POLL)


def test_it_does_not_hurry_for_a_timer_that_somebody_else_fires(
    postgres_url: str,
) -> None:
    host = open_host(postgres_url, life())
    store = Store(postgres_url, host.clock)
    duty = TimekeeperDuty(POLL, Timekeeper(store, Library([life()])), fired=lambda: None)
    mentorship = host.start()
    host.clock.set(at(days=3))

    with store.transaction() as somebody_else:
        somebody_else.lock(mentorship.id, key=None)
        assert (duty.work(), duty.rest()) == (0, POLL)
    assert duty.work() == 1
    store.close()
    host.engine.close()
