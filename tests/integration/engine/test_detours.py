"""A detour suspends what it lists, and what it interrupted goes on with the time that was left."""

from collections.abc import Callable
from datetime import UTC, datetime

from builders import Host, Note, at, take_facts, tiny
from mentorflow import Mentorship
from mentorflow.core.workflow import Workflow

OpenHost = Callable[..., Host]

NESTED = """
states:
  active:
    events:
      noted: {record: [take_facts]}
      quarrel: {to: conflict}
      feast: {to: party}
      review: {to: talk}
      hold: {do: [suspend: [active.meet]]}
      unhold: {do: [resume: [active.meet]]}
      finish: {to: closed, outcome: done}
      over: {to: closed, outcome: over}
    timers:
      meet: {every: d10, anchor: last_meeting, do: [notify: meet]}
      soon: {before: d7, anchor: ends_on, do: [notify: soon]}
      limit: {after: d99, fire: over}
  party:
    detour: true
    resumable: false
    passes: [noted, finish, over]
    events: {quarrel: {to: conflict}, back: {to: return}, party.over: {to: return}}
    timers:
      cake: {after: d5, do: [notify: cake]}
      over: {after: d14, fire: party.over}
  talk:
    detour: true
    suspends: [active.meet]
    passes: [noted, over]
    events: {quarrel: {to: conflict}, back: {to: return}, talk.over: {to: return}}
    timers:
      hurry: {after: d5, do: [notify: hurry]}
      over: {after: d20, fire: talk.over}
  conflict:
    detour: true
    suspends: [active.meet, active.soon, talk.hurry]
    passes: [noted, over, talk.over, finish]
    events: {back: {to: return}, end: {to: closed, outcome: ended}, conflict.over: {to: return}}
    timers:
      over: {after: d30, fire: conflict.over}
  closed: {final: true}
anchors:
  last_meeting: {fact: last_meeting_at, or: entered}
  ends_on: {date: ends_on}
"""


def nested() -> Workflow:
    return tiny(NESTED, payloads={"noted": Note}, records={"take_facts": take_facts})


def opened(open_on: OpenHost) -> tuple[Host, Mentorship]:
    host = open_on(nested())
    return host, host.start(dates={"ends_on": "2025-04-30"})


def test_a_detour_suspends_what_it_lists_and_nothing_else(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=4))

    host.send(started, "quarrel")

    assert host.due(started) == {
        "active.meet": None,
        "active.soon": None,
        "active.limit": at(days=99),
        "conflict.over": at(days=34),
    }


def test_a_suspended_timer_does_not_fire(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "quarrel")

    host.wait(days=29)

    assert host.events(started) == ["mentorship.started", "quarrel"]


def test_a_resumed_timer_has_the_time_that_was_left(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=4))
    host.send(started, "quarrel")
    host.clock.set(at(days=20))

    host.send(started, "back")

    (meet,) = [t for t in host.engine.upcoming(started.id) if t.name == "active.meet"]
    assert meet.due_at == at(days=26)
    assert meet.anchor_at == at(days=16)
    assert host.due(started)["active.limit"] == at(days=99)


def test_a_timer_on_a_date_keeps_its_date_through_a_detour(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "quarrel")
    host.clock.set(at(days=10))

    host.send(started, "back")

    assert host.due(started)["active.soon"] == datetime(2025, 4, 23, tzinfo=UTC)


def test_returning_neither_enters_anew_nor_forgets_when_the_state_was_entered(
    open_on: OpenHost,
) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=1))
    host.send(started, "quarrel")

    back = host.send(started, "back")

    assert (back.state, back.entered_at, back.stack) == ("active", at(), ())


def test_an_anchor_that_moves_during_a_detour_counts_from_there_on_return(
    open_on: OpenHost,
) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=4))
    host.send(started, "quarrel")
    host.clock.set(at(days=6))
    host.send(started, "noted", data={"facts": {"last_meeting_at": at(days=6).isoformat()}})
    assert host.due(started)["active.meet"] is None
    host.clock.set(at(days=9))

    host.send(started, "back")

    assert host.due(started)["active.meet"] == at(days=19)


def test_a_conflict_during_a_feast_returns_to_work(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    feasting = host.send(started, "feast")
    assert [detour.state for detour in feasting.stack] == ["active"]

    quarrelling = host.send(started, "quarrel")
    assert quarrelling.state == "conflict"
    assert [detour.state for detour in quarrelling.stack] == ["active"]
    assert not [name for name in host.due(started) if name.startswith("party.")]

    assert host.send(started, "back").state == "active"


def test_two_detours_that_are_resumed_lie_on_top_of_each_other(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=2))
    host.send(started, "review")
    host.clock.set(at(days=3))
    quarrelling = host.send(started, "quarrel")

    assert [detour.state for detour in quarrelling.stack] == ["active", "talk"]
    assert host.due(started) == {
        "active.meet": None,
        "active.soon": None,
        "active.limit": at(days=99),
        "talk.hurry": None,
        "talk.over": at(days=22),
        "conflict.over": at(days=33),
    }


def test_out_of_two_detours_one_comes_back_step_by_step(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=2))
    host.send(started, "review")
    host.clock.set(at(days=3))
    host.send(started, "quarrel")
    host.clock.set(at(days=13))

    talking = host.send(started, "back")
    assert (talking.state, talking.entered_at) == ("talk", at(days=2))
    assert host.due(started) == {
        "active.meet": None,
        "active.soon": datetime(2025, 4, 23, tzinfo=UTC),
        "active.limit": at(days=99),
        "talk.hurry": at(days=17),
        "talk.over": at(days=22),
    }

    host.clock.set(at(days=15))
    assert host.send(started, "back").state == "active"
    assert host.due(started)["active.meet"] == at(days=23)


def test_a_timer_of_a_detour_below_takes_what_lies_above_with_it(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=2))
    host.send(started, "review")
    host.clock.set(at(days=3))
    host.send(started, "quarrel")

    host.wait(days=19)

    now = host.engine.get(started.id)
    assert (now.state, now.stack) == ("active", ())
    assert {name.partition(".")[0] for name in host.due(started)} == {"active"}


def test_a_state_below_can_be_left_for_good(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "quarrel")

    ended = host.send(started, "finish")

    assert (ended.state, ended.outcome, ended.stack) == ("closed", "done", ())
    assert host.due(started) == {}


def test_time_can_end_the_state_below_a_detour(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=80))
    host.send(started, "quarrel")

    host.clock.set(at(days=99))
    host.engine.run_due()

    ended = host.engine.get(started.id)
    assert (ended.state, ended.outcome, ended.stack) == ("closed", "over", ())


def test_a_detour_that_lasts_too_long_returns_by_itself(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "feast")

    host.wait(days=14)

    assert host.engine.get(started.id).state == "active"
    assert host.events(started)[-1] == "party.over"


def test_an_action_suspends_a_timer_until_another_resumes_it(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.clock.set(at(days=4))
    host.send(started, "hold")
    assert host.due(started)["active.meet"] is None
    host.clock.set(at(days=14))

    released = host.send(started, "unhold")

    assert host.due(started)["active.meet"] == at(days=20)
    assert "suspended_timers" not in released.facts


def test_a_timer_on_hold_stays_so_through_a_detour(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "hold")
    host.send(started, "quarrel")

    host.send(started, "back")

    assert host.due(started)["active.meet"] is None


def test_every_state_keeps_a_way_out_however_deep(open_on: OpenHost) -> None:
    host, started = opened(open_on)
    host.send(started, "review")
    host.send(started, "quarrel")

    states = []
    for _ in range(12):
        host.wait(days=10)
        states.append(host.engine.get(started.id).state)

    assert states[-1] == "closed"
