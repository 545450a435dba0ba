"""What happens when timers fall due: their order, their claims, what holds none of them up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from builders import Host, at, tiny
from one_state import all_is_well, one_state

OpenHost = Callable[..., Host]


def note(host: Host, mentorship_id: str, **facts: object) -> None:
    host.engine.send(mentorship_id, "noted", by="mentor-1", data={"facts": facts})


def told(host: Host) -> list[str]:
    return [name for name, _ in host.outbox.said]


def test_a_timer_whose_claim_holds_is_skipped_and_says_which(open_on: OpenHost) -> None:
    timer = "nudge: {after: d3, unless: [all_is_quiet, all_is_well], do: [notify: nudge]}"
    host = open_on(one_state(timer))
    started = host.start(facts={"well": True})

    host.wait(days=3)

    skipped = host.engine.history(started.id)[-1]
    assert (skipped.event, skipped.data) == (
        "timer.skipped",
        {"timer": "open.nudge", "because": "all_is_well"},
    )
    assert told(host) == []
    assert host.engine.explain(started.id)["skipped"][0]["data"]["because"] == "all_is_well"


def test_a_skipped_recurring_timer_comes_again(open_on: OpenHost) -> None:
    timer = "weekly: {every: d7, unless: [all_is_quiet], do: [notify: weekly]}"
    host = open_on(one_state(timer))
    started = host.start(facts={"quiet": True})

    host.wait(days=7)
    note(host, started.id, quiet=False)
    host.wait(days=7)

    assert host.events(started)[1:] == ["timer.skipped", "noted", "timer.fired"]


def test_timers_of_a_state_that_was_left_are_gone(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: d3, do: [notify: nudge]}"))
    started = host.start()
    host.wait(days=1000)

    assert host.engine.get(started.id).state == "closed"
    assert host.due(started) == {}
    assert host.engine.run_due().next_due_at is None


def test_of_two_timers_due_the_earlier_is_first_and_may_end_the_other(open_on: OpenHost) -> None:
    host = open_on(
        one_state("end: {after: d3, fire: over}\n      nudge: {after: d4, do: [notify: nudge]}")
    )
    started = host.start()

    host.wait(days=10)

    assert host.events(started) == ["mentorship.started", "over"]
    assert told(host) == []


@pytest.mark.parametrize("number", range(5))
def test_of_two_timers_due_at_one_instant_the_first_by_name_is_first(
    open_on: OpenHost, number: int
) -> None:
    first, second = ("a", "z") if number % 2 else ("z", "a")
    timers = f"""
      {first}: {{after: d3, fire: over}}
      {second}: {{after: d3, do: [notify: nudge]}}"""
    host = open_on(one_state(timers))
    started = host.start()
    for _ in range(number):
        note(host, started.id, dates={"ends_on": "2025-06-30"})

    host.wait(days=3)

    expected = ["over"] if first == "a" else ["timer.fired", "over"]
    assert host.events(started)[1 + number :] == expected


def test_a_timer_whose_event_is_refused_says_so_and_does_not_come_back(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  open:
    events:
      over: {to: closed, outcome: over}
      maybe: {when: [all_is_well], to: closed, outcome: ok}
    timers:
      limit: {after: d999, fire: over}
      ask: {after: d3, fire: maybe}
  closed: {final: true}
""",
            guards={"all_is_well": all_is_well},
        )
    )
    started = host.start()

    host.wait(days=3)

    last = host.engine.history(started.id)[-1]
    assert (last.event, last.to_state) == ("timer.fired", "open")
    assert last.data == {
        "timer": "open.ask",
        "refused": "maybe",
        "because": "all_is_well",
        "reason": "it is not well",
    }
    assert host.due(started) == {"open.limit": at(days=999)}


def test_one_mentorship_that_cannot_be_decided_does_not_hold_up_the_others(
    open_on: OpenHost,
) -> None:
    timer = "nudge: {after: d3, unless: [all_is_quiet], do: [notify: nudge]}"
    workflow = tiny(
        f"""
states:
  open:
    events: {{over: {{to: closed, outcome: over}}}}
    timers: {{limit: {{after: d999, fire: over}}, {timer}}}
  closed: {{final: true}}
""",
        guards={"all_is_quiet": lambda view: None if view.facts["quiet"] else "no"},
    )
    host = open_on(workflow)
    broken = host.start()
    sound = host.start(facts={"quiet": 0})

    host.wait(days=3)

    assert host.events(sound) == ["mentorship.started", "timer.fired"]
    assert host.events(broken) == ["mentorship.started"]
    assert host.due(broken)["open.nudge"] == host.now + timedelta(hours=1)


def test_a_thousand_due_timers_and_more_are_all_fired(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: d3, do: [call: nudge]}"))
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(1201))

    assert host.wait(days=3).timers_fired == 1201
    assert host.engine.run_due().timers_fired == 0
