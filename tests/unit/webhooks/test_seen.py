"""A process knows the webhooks it has taken, within bounds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from mentorflow import ManualClock
from mentorflow.webhooks import Seen

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def test_an_id_is_the_first_once() -> None:
    seen = Seen()

    assert [seen.first(one) for one in ("a", "b", "a", "a", "b")] == [
        True, True, False, False, False
    ]  # fmt: skip


def test_an_id_is_forgotten_when_no_attempt_can_come_any_more(clock: ManualClock) -> None:
    seen = Seen(age=timedelta(days=4), clock=clock)
    seen.first("a")
    clock.set(NOON + timedelta(days=4))
    at_last = seen.first("a")
    clock.set(NOON + timedelta(days=4, seconds=1))

    assert (at_last, seen.first("a")) == (False, True)


def test_only_so_many_are_remembered(clock: ManualClock) -> None:
    seen = Seen(size=100, clock=clock)
    for number in range(1000):
        seen.first(str(number))

    assert len(seen) == 100
    assert not seen.first("900")
    assert seen.first("899")


def test_old_ones_make_room_by_themselves(clock: ManualClock) -> None:
    seen = Seen(age=timedelta(hours=1), clock=clock)
    for number in range(1000):
        seen.first(str(number))
    clock.set(NOON + timedelta(hours=2))
    seen.first("new")

    assert len(seen) == 1


def test_what_failed_is_taken_again() -> None:
    seen = Seen()
    with pytest.raises(ZeroDivisionError), seen.taking("a"):
        _ = 1 // 0

    with seen.taking("a") as second:
        pass
    with seen.taking("a") as third:
        pass

    assert (second, third) == (True, False)


def test_a_repetition_that_fails_forgets_nothing() -> None:
    seen = Seen()
    seen.first("a")
    with pytest.raises(ZeroDivisionError), seen.taking("a"):
        _ = 1 // 0

    assert not seen.first("a")


def test_to_forget_what_is_unknown_is_no_error() -> None:
    Seen().forget("a")


def test_of_many_threads_one_is_the_first() -> None:
    seen = Seen(size=10_000)
    together = Barrier(8)

    def count(_: int) -> int:
        together.wait(timeout=30)
        return sum(seen.first(str(number)) for number in range(1000))

    with ThreadPoolExecutor(8) as threads:
        firsts = list(threads.map(count, range(8)))

    assert sum(firsts) == 1000
