"""The store's own promises: fenced leases, versioned updates, one clock a transaction."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from builders import START, Host, at, life
from jobs import in_threads
from mentorflow import ManualClock
from mentorflow.core.decide import decide
from mentorflow.core.keys import EffectKey
from mentorflow.core.mentorship import Event
from mentorflow.core.timings import WorkflowTimings
from mentorflow.errors import StoreUnavailable
from mentorflow.store.rows import ClaimedEffect, Saving
from mentorflow.store.store import Store
from mentorflow.store.transaction import FinishedEffect
from tables import everything, rows


def claim(store: Store, lease: str, *, most: int = 99) -> list[EffectKey]:
    with store.transaction() as transaction:
        now = transaction.now()
        until = now + timedelta(minutes=5)
        return transaction.claim_effects(now, most=most, lease=lease, leased_until=until)


def take(
    store: Store, keys: Sequence[EffectKey], lease: str, *, claimed_as: str
) -> list[ClaimedEffect]:
    with store.transaction() as transaction:
        until = transaction.now() + timedelta(minutes=5)
        return transaction.take_effects(
            keys, claimed_as=claimed_as, lease=lease, leased_until=until
        )


def taken(store: Store, lease: str) -> list[ClaimedEffect]:
    return take(store, claim(store, "claim"), lease, claimed_as="claim")


def finish(store: Store, effect: ClaimedEffect, lease: str, *, status: str = "done") -> None:
    with store.transaction() as transaction:
        transaction.finish_effects(
            [FinishedEffect(effect=effect, lease=lease, status=status, at=transaction.now())]
        )


def statuses(host: Host) -> list[str]:
    return sorted(str(row[0]) for row in rows(host.url, "SELECT status FROM mentorflow_effect"))


def test_an_effect_that_is_claimed_is_nobody_elses(host: Host, store: Store) -> None:
    host.start()

    first, second = claim(store, "one"), claim(store, "two")

    assert [position for _, _, position in first] == [0, 1]
    assert second == []


def test_a_claim_takes_no_more_than_it_is_asked_for(host: Host, store: Store) -> None:
    host.start()

    assert len(claim(store, "one", most=1)) == 1
    assert len(claim(store, "two", most=9)) == 1


def test_what_was_claimed_is_taken_once(host: Host, store: Store) -> None:
    host.start()
    keys = claim(store, "claim")

    first = take(store, keys, "one", claimed_as="claim")
    second = take(store, keys, "two", claimed_as="claim")

    assert [effect.kind for effect in first] == ["notify", "publish"]
    assert {effect.attempts for effect in first} == {1}
    assert second == []


def test_a_claim_that_nobody_took_comes_back_without_an_attempt(host: Host, store: Store) -> None:
    host.start()
    keys = claim(store, "lost")
    host.clock.set(at(minutes=5))

    again = taken(store, "one")

    assert [effect.key for effect in again] == keys
    assert {effect.attempts for effect in again} == {1}
    assert take(store, keys, "late", claimed_as="lost") == []


def test_a_lease_that_is_over_comes_back_with_one_more_attempt(host: Host, store: Store) -> None:
    host.start()
    first = taken(store, "one")
    host.clock.set(at(minutes=5))

    again = taken(store, "two")

    assert [effect.id for effect in again] == [effect.id for effect in first]
    assert {effect.attempts for effect in again} == {2}


def test_who_lost_the_lease_cannot_finish(host: Host, store: Store) -> None:
    host.start()
    (effect, _) = taken(store, "one")
    host.clock.set(at(minutes=5))
    taken(store, "two")

    finish(store, effect, "one")
    assert statuses(host) == ["pending", "pending"]

    finish(store, effect, "two")
    assert statuses(host) == ["done", "pending"]


def test_what_is_done_is_not_claimed_again(host: Host, store: Store) -> None:
    host.start()
    for effect in taken(store, "one"):
        finish(store, effect, "one")
    host.clock.set(at(days=9))

    assert claim(store, "two") == []


def test_claims_at_once_share_the_effects_out(host: Host, store: Store) -> None:
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(50))

    claimed = in_threads(4, lambda number: claim(store, f"{number}", most=25))

    ids = [key for found in claimed for key in found]
    assert len(ids) == len(set(ids)) == 100


def test_what_effects_are_told_with_is_what_the_history_and_the_mentorship_say(
    host: Host, store: Store
) -> None:
    first, second = host.start(), host.start()
    host.send(first, "mentor.accepted")
    host.send(first, "noted")
    ids = [first.id, second.id]
    with store.transaction() as transaction:
        entries = transaction.entries([(ids[0], 2), (ids[1], 1), (ids[1], 7)])
        standing = transaction.standing([*ids, "00000000-0000-7000-8000-000000000000"])
        assert not transaction.entries([])
        assert not transaction.standing([])

    assert entries == {
        (ids[0], 2): host.engine.history(ids[0])[1],
        (ids[1], 1): host.engine.history(ids[1])[0],
    }
    assert standing == {id_: host.engine.get(id_) for id_ in ids}


def saver(host: Host, mentorship_id: str) -> Callable[[Store], None]:
    """Return a function that saves one and the same decision, whatever has happened since."""
    before = host.engine.get(mentorship_id)
    event = Event(name="mentor.accepted", by="mentor-1")
    decision = decide(life(), before, event, WorkflowTimings(life()), START)

    def save(store: Store) -> None:
        with store.transaction() as transaction:
            transaction.save([Saving(decision)])

    return save


def test_a_decision_on_an_older_revision_writes_nothing(host: Host, store: Store) -> None:
    started = host.start()
    save = saver(host, started.id)
    save(store)
    host.send(started, "noted")
    before = everything(host.url)

    with pytest.raises(StoreUnavailable):
        save(store)

    assert everything(host.url) == before


def test_the_clock_is_read_once_in_a_transaction(host: Host) -> None:
    class Counting(ManualClock):
        looks = 0

        def now(self):  # type: ignore[no-untyped-def]
            self.looks += 1
            return at(days=self.looks)

    clock = Counting(START)
    store = Store(host.url, clock)
    with store.transaction() as transaction:
        instants = {transaction.now() for _ in range(5)}
    store.close()

    assert instants == {at(days=1)}
    assert clock.looks == 1


def test_a_transaction_that_fails_writes_nothing(host: Host, store: Store) -> None:
    started = host.start()
    before = everything(host.url)
    event = Event(name="mentor.accepted", by="mentor-1")
    stands = host.engine.get(started.id)
    decision = decide(life(), stands, event, WorkflowTimings(life()), START)

    def save_and_fail() -> None:
        with store.transaction() as transaction:
            transaction.save([Saving(decision)])
            raise RuntimeError("after the writes")

    with pytest.raises(RuntimeError, match="after the writes"):
        save_and_fail()

    assert everything(host.url) == before
    assert host.send(started, "mentor.accepted").state == "active"
