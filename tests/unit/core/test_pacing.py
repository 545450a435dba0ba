"""Pacing gives every timer one place, no minute more than it may have, and nobody two delays."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import START, at
from mentorflow.core.mentorship import Timer
from mentorflow.core.pacing import Delay, Limit, Pacer, PutOffBy

HOUR = timedelta(hours=1)


def timer(due_at: datetime, name: str = "open.herd") -> Timer:
    return Timer(name, "", due_at, "d1", "1d", "default", "entered", START - timedelta(days=1))


def pacer(per_minute: int | None = None, jitter: timedelta | None = None) -> Pacer:
    return Pacer(Limit(per_minute, jitter), None, START)


def test_who_comes_first_fires_first_and_the_others_follow_at_even_distances() -> None:
    room = pacer(per_minute=4)

    delays = [room.delay(str(n), timer(START), None, latest=None) for n in range(5)]

    places = [None if delay is None else delay.until - START for delay in delays]
    seconds = [None if place is None else place.total_seconds() for place in places]
    assert seconds == [None, 15, 30, 45, 60]
    assert {delay.by for delay in delays if delay} == {PutOffBy.LIMIT}


def test_who_has_a_place_keeps_it_unless_nobody_looked_for_long() -> None:
    late = pacer(per_minute=1)
    assert late.delay("0", timer(START), None, latest=None) is None

    kept = timer(START - timedelta(seconds=59))
    lost = timer(START - timedelta(seconds=61))

    assert late.delay("1", kept, PutOffBy.LIMIT, latest=None) is None
    assert late.delay("2", lost, PutOffBy.LIMIT, latest=None) == Delay(
        at(minutes=1), PutOffBy.LIMIT
    )


def test_a_reminder_is_not_put_off_past_what_it_reminds_of() -> None:
    room = pacer(per_minute=1)
    room.delay("0", timer(START), None, latest=None)

    assert room.delay("1", timer(START), None, latest=at(seconds=30)) is None
    assert room.delay("2", timer(START), None, latest=at(minutes=2)) == Delay(
        at(minutes=1), PutOffBy.LIMIT
    )


def test_those_due_at_once_are_strewn_once_each_always_to_the_same_place() -> None:
    delays = [pacer(jitter=HOUR).delay(str(n), timer(START), None, latest=None) for n in range(600)]
    again = [pacer(jitter=HOUR).delay(str(n), timer(START), None, latest=None) for n in range(600)]

    assert delays == again
    minutes = Counter((one.until - START) // timedelta(minutes=1) for one in delays if one)
    assert len(minutes) == 60
    assert max(minutes.values()) < 30
    assert pacer(jitter=HOUR).delay("0", timer(START), PutOffBy.JITTER, latest=None) is None


def test_what_a_plan_has_spread_is_not_strewn_again() -> None:
    for by in (PutOffBy.PLAN, PutOffBy.RESUME):
        assert pacer(jitter=HOUR).delay("0", timer(START), by, latest=None) is None


@given(
    per_minute=st.integers(1, 200),
    herds=st.lists(st.tuples(st.integers(0, 600), st.integers(1, 60)), min_size=1, max_size=6),
)
def test_no_minute_has_more_than_it_may(per_minute: int, herds: list[tuple[int, int]]) -> None:
    pending: list[tuple[datetime, str, PutOffBy | None]] = [
        (START + timedelta(seconds=second), f"{herd}-{n}", None)
        for herd, (second, many) in enumerate(herds)
        for n in range(many)
    ]
    free_at: datetime | None = None
    fired: Counter[datetime] = Counter()
    order: list[str] = []
    while pending:
        pending.sort(key=lambda one: one[0])
        now = pending[0][0]
        room = Pacer(Limit(per_minute), free_at, now)
        due = [one for one in pending if one[0] <= now]
        pending = pending[len(due) :]
        for due_at, name, by in due:
            delay = room.delay(name, timer(due_at), by, latest=None)
            if delay is None:
                fired[now.replace(second=0)] += 1
                order.append(name)
            else:
                assert by is None  # nobody is put off twice
                pending.append((delay.until, name, delay.by))
        free_at = room.free_at

    assert max(fired.values()) <= per_minute
    assert len(order) == sum(many for _, many in herds)
