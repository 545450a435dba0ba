"""The Relay's duty: it claims as long as there is room, and hands each claim out once."""

from datetime import timedelta

import pytest

from builders import Host, at
from mentorflow.engine.relay import Claim, Relay
from mentorflow.store.store import Store
from mentorflow_workers import relay
from mentorflow_workers.relay import RelayDuty

POLL = timedelta(hours=1)


def test_it_hands_out_what_it_claims_in_pieces(
    host: Host, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "MOST", 3)
    host.start()
    host.start()
    sent: list[Claim] = []
    duty = RelayDuty(POLL, Relay(store), sent.append)

    assert [duty.work(), duty.work(), duty.work()] == [3, 1, 0]
    assert [len(claim.keys) for claim in sent] == [3, 1]
    assert duty.rest() == POLL


def test_it_claims_nothing_while_there_is_no_room(host: Host, store: Store) -> None:
    host.start()
    sent: list[Claim] = []
    duty = RelayDuty(POLL, Relay(store), sent.append, is_full=lambda: True)

    assert duty.work() == 0
    assert sent == []
    assert duty.rest() < POLL, "it looks for room before long"
    assert len(Relay(store).claim_batch().keys) == 2


def test_what_was_handed_out_is_free_again_after_its_time_in_the_queue(
    host: Host, store: Store
) -> None:
    host.start()
    lost: list[Claim] = []
    duty = RelayDuty(POLL, Relay(store, queued_for=timedelta(seconds=2)), lost.append)
    duty.work()

    host.clock.set(at(seconds=1))
    assert duty.work() == 0
    host.clock.set(at(seconds=2))
    assert duty.work() == 2
    assert len({claim.lease for claim in lost}) == 2
