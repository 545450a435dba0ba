"""Timers are due when their rule, their anchor and their timing say, fire once, and can be told."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from builders import Host, at
from one_state import one_state

OpenHost = Callable[..., Host]


def note(host: Host, mentorship_id: str, **facts: object) -> None:
    host.engine.send(mentorship_id, "noted", by="mentor-1", data={"facts": facts})


def told(host: Host) -> list[str]:
    return [name for name, _ in host.outbox.said]


def test_a_timer_after_the_entry_of_its_state_fires_once(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: d3, do: [notify: nudge]}"))
    started = host.start()

    fired = [host.wait(days=days).timers_fired for days in (2.9, 0.1, 0.1, 30)]

    assert fired == [0, 1, 0, 0]
    assert told(host) == ["nudge"]
    assert host.due(started) == {"open.limit": at(days=999)}


def test_a_timer_due_to_the_microsecond_is_due(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: d3, do: [notify: nudge]}"))
    host.start()

    host.clock.set(at(days=3) - timedelta(microseconds=1))
    assert host.engine.run_due().timers_fired == 0
    host.clock.set(at(days=3))
    assert host.engine.run_due().timers_fired == 1


def test_a_timer_of_no_time_fires_at_once(open_on: OpenHost) -> None:
    host = open_on(one_state("hello: {after: d0, do: [notify: hello]}"))
    host.start()

    assert host.engine.run_due().timers_fired == 1


def test_a_timer_before_a_date_is_due_that_long_before_the_day_begins(open_on: OpenHost) -> None:
    host = open_on(one_state("soon: {before: d7, anchor: ends_on, do: [notify: soon]}"))
    started = host.start(dates={"ends_on": date(2025, 5, 30)})

    assert host.due(started)["open.soon"] == datetime(2025, 5, 23, tzinfo=UTC)


def test_without_its_date_a_timer_is_not_set(open_on: OpenHost) -> None:
    host = open_on(one_state("soon: {before: d7, anchor: ends_on, do: [notify: soon]}"))

    assert "open.soon" not in host.due(host.start())


def test_nobody_is_reminded_of_a_day_gone_by(open_on: OpenHost) -> None:
    host = open_on(one_state("soon: {before: d7, anchor: ends_on, do: [notify: soon]}"))

    assert "open.soon" not in host.due(host.start(dates={"ends_on": "2025-03-01"}))


def test_an_event_before_a_day_gone_by_still_comes(open_on: OpenHost) -> None:
    host = open_on(one_state("end: {before: d7, anchor: ends_on, fire: over}"))
    started = host.start(dates={"ends_on": "2025-03-01"})

    host.engine.run_due()

    assert host.engine.get(started.id).state == "closed"


def test_a_recurring_timer_does_not_drift(open_on: OpenHost) -> None:
    host = open_on(one_state("weekly: {every: d7, do: [notify: weekly]}"))
    started = host.start()

    for _ in range(4):
        host.wait(days=7, hours=5)
        host.clock.set(host.now - timedelta(hours=5))

    assert told(host) == ["weekly"] * 4
    assert host.due(started)["open.weekly"] == at(days=35)


def test_occurrences_that_were_missed_are_not_made_up_for(open_on: OpenHost) -> None:
    host = open_on(one_state("weekly: {every: d7, do: [notify: weekly]}"))
    started = host.start()

    host.wait(days=38)

    assert told(host) == ["weekly"]
    assert host.due(started)["open.weekly"] == at(days=42)


def test_an_occurrence_missed_to_the_instant_is_not_told_twice(open_on: OpenHost) -> None:
    host = open_on(one_state("weekly: {every: d7, do: [notify: weekly]}"))
    started = host.start()

    host.wait(days=21)

    assert told(host) == ["weekly"]
    assert host.due(started)["open.weekly"] == at(days=28)


def test_a_timer_that_recurs_by_business_days_keeps_its_hour_after_a_silence(
    open_on: OpenHost,
) -> None:
    more = "timings: {daily: {default: 1bd, min: 1bd, max: 5bd, help: A length.}}"
    host = open_on(one_state("daily: {every: daily, do: [notify: daily]}", more=more))
    started = host.start()

    host.wait(days=5)

    assert host.due(started)["open.daily"] == at(days=7)


def test_a_first_wait_may_differ_from_the_recurring_one(open_on: OpenHost) -> None:
    host = open_on(one_state("pulse: {after: d3, every: d10, do: [notify: pulse]}"))
    started = host.start()
    assert host.due(started)["open.pulse"] == at(days=3)

    host.wait(days=3, hours=1)

    assert host.due(started)["open.pulse"] == at(days=13)


def test_a_factor_multiplies_the_timing(open_on: OpenHost) -> None:
    host = open_on(
        one_state(
            "twice: {after: d7, times: 2, do: [notify: x]}\n"
            "      thrice: {every: d7, times: 3, do: [notify: y]}"
        )
    )
    started = host.start()
    assert host.due(started)["open.twice"] == at(days=14)
    assert host.due(started)["open.thrice"] == at(days=21)

    host.wait(days=21)

    assert host.due(started)["open.thrice"] == at(days=42)


def test_an_anchor_that_falls_back_counts_from_the_entry_until_the_fact_is_there(
    open_on: OpenHost,
) -> None:
    host = open_on(one_state("meet: {after: d7, anchor: last_meeting, do: [notify: meet]}"))
    started = host.start()
    assert host.due(started)["open.meet"] == at(days=7)

    host.clock.set(at(days=5))
    note(host, started.id, last_meeting_at=at(days=4).isoformat())

    assert host.due(started)["open.meet"] == at(days=11)
    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "open.meet"]
    assert (timer.anchor, timer.anchor_at) == ("last_meeting", at(days=4))


def test_an_anchor_without_its_fact_sets_no_timer_and_with_it_does(open_on: OpenHost) -> None:
    host = open_on(one_state("ask: {after: d7, anchor: asked, do: [notify: ask]}"))
    started = host.start()
    assert "open.ask" not in host.due(started)

    note(host, started.id, asked_at=at(days=1).isoformat())
    assert host.due(started)["open.ask"] == at(days=8)

    note(host, started.id, asked_at=None)
    assert "open.ask" not in host.due(started)


def test_a_fired_timer_counts_again_when_its_anchor_moves(open_on: OpenHost) -> None:
    host = open_on(one_state("ask: {after: d7, anchor: asked, do: [notify: ask]}"))
    started = host.start(facts={"asked_at": at().isoformat()})
    host.wait(days=8)

    note(host, started.id, other="fact")
    assert "open.ask" not in host.due(started)
    note(host, started.id, asked_at=host.now.isoformat())
    host.wait(days=7)

    assert told(host) == ["ask", "ask"]


def test_a_date_that_moves_moves_its_timer(open_on: OpenHost) -> None:
    host = open_on(one_state("soon: {before: d7, anchor: ends_on, do: [notify: soon]}"))
    started = host.start(dates={"ends_on": "2025-05-30"})

    note(host, started.id, dates={"ends_on": "2025-06-30"})

    assert host.due(started)["open.soon"] == datetime(2025, 6, 23, tzinfo=UTC)


def test_what_the_pair_agreed_on_comes_before_the_default(open_on: OpenHost) -> None:
    more = """
timings:
  cadence: {default: 30d, min: 1d, max: 90d, help: A length., fact: agreement.cadence}
"""
    host = open_on(one_state("meet: {every: cadence, do: [notify: meet]}", more=more))
    started = host.start(facts={"agreement": {"cadence": "2w"}})
    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "open.meet"]
    assert (timer.due_at, timer.value, timer.scope) == (at(days=14), "2w", "agreement")

    note(host, started.id, agreement={"cadence": "3w"})

    assert host.due(started)["open.meet"] == at(days=21)


def test_a_restart_counts_again_from_now(open_on: OpenHost) -> None:
    host = open_on(
        one_state(
            "nudge: {after: d7, do: [notify: nudge]}", state="again: {do: [restart: [open.nudge]]}"
        )
    )
    started = host.start()
    host.clock.set(at(days=5))

    host.send(started, "again")

    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "open.nudge"]
    assert (timer.due_at, timer.anchor, timer.anchor_at) == (at(days=12), "restart", at(days=5))


def test_a_restart_brings_back_a_timer_that_fired(open_on: OpenHost) -> None:
    host = open_on(
        one_state(
            "nudge: {after: d7, do: [notify: nudge]}", state="again: {do: [restart: [open.nudge]]}"
        )
    )
    started = host.start()
    host.wait(days=7)

    host.send(started, "again")
    host.wait(days=7)

    assert told(host) == ["nudge", "nudge"]


def test_a_timer_that_restarts_another_finds_it(open_on: OpenHost) -> None:
    timers = """
      first: {after: d3, do: [restart: [open.second]]}
      second: {after: d5, do: [notify: second]}"""
    host = open_on(one_state(timers))
    started = host.start()

    host.wait(days=3)

    assert host.due(started)["open.second"] == at(days=8)
