"""PostgreSQL ends a transaction whose process stands still, at whatever point of it that is.

Until the database has told its client that it waits for it, it counts no time: within a pipeline
it has to be made to.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from threading import Event

import pytest

from builders import START, Host, life, open_host
from jobs import in_threads
from mentorflow.clock import SystemClock
from mentorflow.core.decide import decide
from mentorflow.core.keys import EffectKey
from mentorflow.core.mentorship import Event as Happening
from mentorflow.core.timings import WorkflowTimings
from mentorflow.errors import StoreUnavailable
from mentorflow.store.rows import Saving
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from tables import everything, rows

BRIEFLY = timedelta(milliseconds=200)
LONG = timedelta(minutes=1)
UNTIL = START + timedelta(hours=1)


@pytest.fixture
def host(postgres_url: str) -> Iterator[Host]:
    opened = open_host(postgres_url)
    yield opened
    opened.engine.close()


@pytest.fixture
def stores(host: Host) -> Iterator[tuple[Store, Store]]:
    """The store of who stands still, and that of who does not."""
    opened = Store(host.url, SystemClock()), Store(host.url, SystemClock())
    yield opened
    for store in opened:
        store.close()


def claimed(store: Store) -> list[EffectKey]:
    with store.transaction() as transaction:
        return transaction.claim_effects(
            transaction.now(), most=9, lease="claim", leased_until=UNTIL
        )


def take(transaction: Transaction, keys: Sequence[EffectKey]) -> int:
    found = transaction.take_effects(keys, claimed_as="claim", lease="mine", leased_until=UNTIL)
    return len(found)


def take_and_put_back(transaction: Transaction, keys: Sequence[EffectKey]) -> None:
    take(transaction, keys)
    transaction.hold_effects([(key, UNTIL) for key in keys], lease="mine")


def take_and_change(transaction: Transaction, keys: Sequence[EffectKey]) -> None:
    take(transaction, keys)
    transaction.run("release_endpoints", "nobody's", "[]")


AT_ANY_POINT = {
    "after a read": take,
    "after a write": take_and_put_back,
    "after a change that was waited for": take_and_change,
}


@pytest.mark.parametrize("begin", AT_ANY_POINT.values(), ids=AT_ANY_POINT)
def test_who_stands_still_loses_its_locks_and_cannot_commit(
    host: Host,
    stores: tuple[Store, Store],
    begin: Callable[[Transaction, Sequence[EffectKey]], object],
) -> None:
    still, other = stores
    host.start()
    keys = claimed(other)
    has_begun, is_to_go_on = Event(), Event()

    def stand_still() -> None:
        with still.transaction() as transaction:
            transaction.limit_idling(BRIEFLY)
            begin(transaction, keys)
            has_begun.set()
            assert is_to_go_on.wait(30)

    def work(number: int) -> int:
        if number:
            assert has_begun.wait(30)
            with other.transaction() as transaction:
                taken = take(transaction, keys)
            is_to_go_on.set()
            return taken
        with pytest.raises(StoreUnavailable):
            stand_still()
        return 0

    assert in_threads(2, work) == [0, len(keys)]
    assert rows(host.url, "SELECT DISTINCT lease, attempts FROM mentorflow_effect") == [("mine", 1)]


def test_what_such_a_transaction_could_not_write_undoes_it_whole(
    host: Host, stores: tuple[Store, Store]
) -> None:
    started = host.start()
    stands = host.engine.get(started.id)
    host.send(started, "mentor.accepted")
    keys = claimed(stores[0])
    before = everything(host.url)
    decision = decide(
        life(),
        stands,
        Happening(name="mentor.accepted", by="mentor-1"),
        WorkflowTimings(life()),
        START,
    )

    def fail_midway() -> None:
        with stores[0].transaction() as transaction:
            transaction.limit_idling(LONG)
            take_and_put_back(transaction, keys)
            transaction.save([Saving(decision)])
            take_and_put_back(transaction, keys)

    with pytest.raises(StoreUnavailable):
        fail_midway()

    assert everything(host.url) == before
