"""Pending timers are looked up, changed and compared as the timers they stand for."""

from datetime import timedelta

from builders import at
from mentorflow.core.mentorship import Timer
from mentorflow.core.pending import PendingTimers


def timer(name: str, *, due_days: float = 1, instance: str = "") -> Timer:
    due_at = at(days=due_days)
    return Timer(name, instance, due_at, "contact.wait", "1d", "default", "entered", at(days=0))


def row(found: Timer) -> tuple[object, ...]:
    """Return a timer as a store finds it, with a column behind it."""
    name, instance, due_at, *told, anchor_at, remaining = found
    due = None if due_at is None else due_at.isoformat()
    return (name, instance, due, *told, anchor_at.isoformat(), remaining, "whose it is")


def test_what_a_store_found_reads_as_the_timers() -> None:
    timers = [timer("a"), timer("b", instance="call"), timer("c")._replace(due_at=None)]

    pending = PendingTimers([row(one) for one in timers])

    assert list(pending) == timers
    assert pending.at(("b", "call")) == timers[1]
    assert pending.at(("b", "")) is None
    assert pending.has_suspended


def test_a_timer_is_held_only_as_it_is() -> None:
    for found in (timer("a"), row(timer("a"))):
        pending = PendingTimers([found])

        assert pending.holds(timer("a"))
        assert not pending.holds(timer("a", due_days=2))
        assert not pending.holds(timer("a")._replace(due_at=None, remaining=1.0))
        assert not pending.holds(timer("a")._replace(anchor_at=at(days=0) - timedelta(hours=1)))
        assert not pending.holds(timer("b"))


def test_a_suspended_timer_is_held_only_while_it_rests() -> None:
    resting = timer("a")._replace(due_at=None, remaining=60.0)
    pending = PendingTimers([row(resting)])

    assert pending.holds(resting)
    assert not pending.holds(timer("a"))


def test_changes_are_seen_by_whoever_looks_and_leave_what_was_alone() -> None:
    before = PendingTimers([row(timer("a")), row(timer("b"))])

    after = before.changed(
        {("a", ""): None, ("b", ""): timer("b", due_days=2), ("c", ""): timer("c")}
    )

    assert list(after) == [timer("b", due_days=2), timer("c")]
    assert len(after) == 2
    assert list(before) == [timer("a"), timer("b")]
    assert PendingTimers.of(after).has(("c", ""))
    assert not PendingTimers.of(after).has(("a", ""))
    again = PendingTimers.of(after).changed({("c", ""): None})
    assert list(again) == [timer("b", due_days=2)]
