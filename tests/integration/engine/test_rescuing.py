"""The Rescuer sets free what the dead have left behind, and tells how far each effect had come."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from builders import Host, at
from jobs import in_threads
from mentorflow.engine.carrier import Carrier
from mentorflow.engine.library import Library
from mentorflow.engine.relay import Relay
from mentorflow.engine.rescuer import Rescuer
from mentorflow.engine.watching import Watcher, watch_with
from mentorflow.store.store import Store
from tables import rows

QUEUED_FOR = timedelta(minutes=1)
WITHIN = timedelta(minutes=5)
LEASES = "SELECT lease, attempts FROM mentorflow_effect WHERE status = 'pending'"


class Stages(Watcher):
    """Keep how far each effect had come whose lease was lost."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def leases_rescued(self, stages: Sequence[str]) -> None:
        self.seen += stages


@pytest.fixture
def stages() -> Iterator[list[str]]:
    watching = Stages()
    watch_with(watching)
    yield watching.seen
    watch_with(Watcher())


def begin(host: Host, store: Store) -> None:
    """Begin an attempt at all effects, and die."""
    claim = Relay(store, queued_for=QUEUED_FOR).claim_batch()
    Carrier(store, Library([host.workflow]), ())._begun(claim, WITHIN)


def test_a_claim_that_the_queue_lost_is_set_free(
    host: Host, store: Store, stages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    started = host.start()
    Relay(store, queued_for=QUEUED_FOR).claim_batch()
    rescuing = Rescuer(store)

    assert rescuing.rescue_batch() == 0, "it may still be on its way"
    host.clock.set(at(minutes=1))
    assert [rescuing.rescue_batch(), rescuing.rescue_batch()] == [2, 0]

    assert rows(host.url, LEASES) == [(None, 0), (None, 0)]
    assert stages == ["queued", "queued"]
    assert f"lease.rescued effect={started.id}-1:0 stage=queued attempts=0" in caplog.messages


def test_an_attempt_whose_carrier_died_is_told_apart(
    host: Host, store: Store, stages: list[str]
) -> None:
    host.start()
    begin(host, store)
    host.clock.set(at(minutes=5))

    assert Rescuer(store).rescue_batch() == 2
    assert stages == ["begun", "begun"]
    assert rows(host.url, LEASES) == [(None, 1), (None, 1)]


def test_what_is_set_free_is_claimed_as_any_other(host: Host, store: Store) -> None:
    host.start()
    begin(host, store)
    host.clock.set(at(minutes=5))
    Rescuer(store).rescue_batch()

    report = host.engine.run_due()

    assert report.effects_done == 2


def test_a_claim_waits_for_no_rescuer_and_tells_of_lost_leases_itself(
    host: Host, store: Store, stages: list[str]
) -> None:
    host.start()
    begin(host, store)
    host.clock.set(at(minutes=5))

    assert host.engine.run_due().effects_done == 2
    assert stages == ["begun", "begun"]
    assert Rescuer(store).rescue_batch() == 0


def test_an_effect_that_waits_for_its_next_attempt_is_nobodys_loss(
    host: Host, store: Store, stages: list[str]
) -> None:
    @host.engine.on("mentorship.state_changed")
    def refuse(_notice: object) -> None:
        raise LookupError("nobody is there")

    host.start()
    host.engine.run_due()
    host.clock.set(at(days=1))

    assert Rescuer(store).rescue_batch() == 0
    assert stages == []


def test_rescuers_at_once_share_the_work(host: Host, store: Store, stages: list[str]) -> None:
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(50))
    Relay(store, queued_for=QUEUED_FOR).claim_batch()
    host.clock.set(at(minutes=1))

    rescued = in_threads(4, lambda _: Rescuer(store).rescue_batch())

    assert sum(rescued) == len(stages) == 100
