"""A ladder tells one rung after the other until somebody acts or its cause is gone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import Host, Note, at, take_facts, tiny
from mentorflow import Mentorship
from mentorflow.core.mentorship import Escalation
from mentorflow.core.workflow import View, Workflow

OpenHost = Callable[..., Host]

LADDERS = """
states:
  active:
    events:
      noted: {record: [take_facts]}
      stall: {do: [escalate: stalled]}
      stall.high: {do: [{escalate: stalled, at: coordinator}]}
      wait: {do: [escalate: waiting]}
      alarm: {to: closed, outcome: safety, do: [escalate: safety]}
      leave: {to: closed, outcome: left}
      feast: {to: party}
      over: {to: closed, outcome: over}
    timers:
      check: {after: d3, unless: [all_is_well], do: [escalate: stalled]}
      check.high: {after: d4, do: [{escalate: stalled, at: coordinator}]}
      limit: {after: d99, fire: over}
  party:
    detour: true
    passes: [over]
    events: {back: {to: return}, party.over: {to: return}}
    timers: {over: {after: d14, fire: party.over}}
  closed: {final: true}
ladders:
  stalled:
    rungs:
      - {to: [mentee, mentor], after: d0, message: pair}
      - {to: [coordinator], after: d2, message: office}
      - {to: [program_owner], after: d7, message: owner}
  waiting:
    rungs:
      - {to: [mentor], after: d1, message: first}
      - {to: [coordinator], after: d5, message: second}
    unless: [all_is_calm]
  safety:
    outlives_state: true
    repeat: h12
    rungs: [{to: [coordinator], after: d0, message: alarm}]
""".replace("check.high", "check_high")


def ladders() -> Workflow:
    return tiny(
        LADDERS,
        payloads={"noted": Note},
        records={"take_facts": take_facts},
        guards={"all_is_well": all_is_well, "all_is_calm": all_is_calm},
    )


def all_is_well(view: View) -> str | None:
    return None if view.facts.get("well", True) else "it is not well"


def all_is_calm(view: View) -> str | None:
    return None if view.facts.get("calm") else "it is not calm"


@pytest.fixture
def host(open_on: OpenHost) -> Host:
    return open_on(ladders())


def told(host: Host) -> list[str]:
    return [name for name, _ in host.outbox.said]


def only(host: Host, mentorship: Mentorship) -> Escalation:
    (found,) = host.engine.escalations(mentorship.id, is_over=None)
    return found


def act(host: Host, mentorship: Mentorship, what: str, **data: Any) -> Escalation:
    chosen = {"escalation": only(host, mentorship).id, **data}
    host.send(mentorship, f"escalation.{what}", by="coordinator-1", data=chosen)
    return only(host, mentorship)


def test_a_ladder_tells_one_rung_after_the_other(host: Host) -> None:
    started = host.start(program_owner="owner-1")
    host.send(started, "stall")

    told_by_day = []
    for _ in range(9):
        host.engine.run_due()
        told_by_day.append(len(told(host)))
        host.wait(days=1)

    assert host.outbox.said == [
        ("pair", "mentee-1"),
        ("pair", "mentor-1"),
        ("office", "coordinator-1"),
        ("owner", "owner-1"),
    ]
    assert told_by_day == [2, 2, 3, 3, 3, 3, 3, 4, 4]
    assert host.events(started).count("ladder.climbed") == 2


def test_a_ladder_at_its_top_waits_without_a_timer(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    host.wait(days=2)
    host.wait(days=5)

    assert only(host, started).rung == 3
    assert only(host, started).status == "open"
    assert not [name for name in host.due(started) if name.startswith("ladder.")]


def test_a_ladder_whose_first_rung_waits_tells_nobody_at_once(host: Host) -> None:
    started = host.start()
    host.send(started, "wait")
    host.engine.run_due()
    assert told(host) == []
    assert only(host, started).rung == 0

    host.wait(days=1)

    assert told(host) == ["first"]


def test_a_role_nobody_has_is_told_all_the_same(host: Host) -> None:
    started = host.start(coordinator=None)
    host.send(started, "stall.high")

    host.engine.run_due()

    assert host.outbox.said == [("office", None)]


def test_a_ladder_can_start_at_a_rung(host: Host) -> None:
    started = host.start()

    host.send(started, "stall.high")
    host.engine.run_due()

    assert told(host) == ["office"]
    assert only(host, started).rung == 2
    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "ladder.stalled"]
    assert timer.due_at == at(days=5)


def test_a_ladder_that_runs_is_not_started_twice(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    host.send(started, "stall")
    host.engine.run_due()

    assert told(host) == ["pair", "pair"]
    assert only(host, started).rung == 1


def test_a_ladder_that_runs_climbs_to_the_rung_it_is_asked_for_and_not_down(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    host.send(started, "stall.high")
    assert only(host, started).rung == 2
    host.send(started, "stall.high")
    host.engine.run_due()

    assert told(host) == ["pair", "pair", "office"]


def test_after_a_long_silence_of_the_engine_each_rung_still_has_its_time(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")

    host.wait(days=30)

    assert told(host) == ["pair", "pair", "office"]
    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "ladder.stalled"]
    assert timer.due_at == at(days=35)


def test_an_acknowledged_ladder_climbs_no_further(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    host.engine.run_due()

    found = act(host, started, "acknowledged", reason="I am on it.")
    host.wait(days=30)

    assert (found.status, found.changed_by, found.reason) == (
        "acknowledged",
        "coordinator-1",
        "I am on it.",
    )
    assert told(host) == ["pair", "pair"]
    assert host.engine.escalations(started.id) == [found]


def test_a_snoozed_ladder_tells_the_same_rung_again_after_its_rest(host: Host) -> None:
    started = host.start()
    host.send(started, "stall.high")
    host.engine.run_due()

    assert act(host, started, "snoozed").status == "snoozed"
    host.wait(days=2.9)
    assert told(host) == ["office"]
    host.wait(days=0.1)

    assert told(host) == ["office", "office"]
    assert (only(host, started).status, only(host, started).rung) == ("open", 2)


def test_a_snooze_can_name_its_end(host: Host) -> None:
    started = host.start()
    host.send(started, "stall.high")

    act(host, started, "snoozed", until=at(days=11))

    (timer,) = [t for t in host.engine.upcoming(started.id) if t.name == "ladder.stalled"]
    assert (timer.due_at, timer.anchor) == (at(days=11), "snoozed")


@pytest.mark.parametrize("what", ["dismissed", "resolved"])
def test_a_ladder_that_is_over_is_over(host: Host, what: str) -> None:
    started = host.start()
    host.send(started, "stall")
    host.engine.run_due()

    found = act(host, started, what, reason="It was nothing.")
    host.wait(days=2.5)

    assert (found.status, found.reason) == (what, "It was nothing.")
    assert told(host) == ["pair", "pair"]
    assert host.engine.escalations(started.id) == []


def test_a_ladder_that_is_over_can_start_anew(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    act(host, started, "resolved")

    host.send(started, "stall")

    (found,) = host.engine.escalations(started.id)
    assert (found.status, found.rung) == ("open", 1)


def test_leaving_the_state_takes_the_cause_of_a_ladder_away(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")
    heard = host.heard("escalation.resolved")

    host.send(started, "leave")
    host.engine.run_due()

    assert only(host, started).status == "resolved"
    assert "left the state active" in str(only(host, started).reason)
    assert host.due(started) == {}
    assert len(heard) == 1


def test_a_detour_does_not_take_the_cause_of_a_ladder_away(host: Host) -> None:
    started = host.start()
    host.send(started, "stall")

    host.send(started, "feast")
    host.wait(days=2)

    assert told(host) == ["pair", "pair", "office"]


def test_a_claim_of_the_ladder_takes_its_cause_away_with_the_event(host: Host) -> None:
    started = host.start()
    host.send(started, "wait")

    host.send(started, "noted", data={"facts": {"calm": True}})

    assert only(host, started).status == "resolved"
    assert "all_is_calm" in str(only(host, started).reason)


def test_the_claim_of_the_timer_that_started_a_ladder_takes_its_cause_away(host: Host) -> None:
    started = host.start(facts={"well": False})
    host.wait(days=3)
    assert only(host, started).status == "open"

    host.send(started, "noted", data={"facts": {"well": True}})

    assert only(host, started).status == "resolved"


def test_a_ladder_that_outlives_its_state_goes_on_in_a_final_one(host: Host) -> None:
    started = host.start()
    ended = host.send(started, "alarm")
    assert ended.state == "closed"
    host.engine.run_due()

    for _ in range(3):
        host.wait(hours=12)

    assert told(host) == ["alarm"] * 4
    acked = act(host, started, "acknowledged")
    assert acked.status == "acknowledged"
    host.wait(days=9)
    assert told(host) == ["alarm"] * 4
    assert host.due(started) == {}


def test_every_step_of_a_ladder_is_published(host: Host) -> None:
    heard = host.heard("escalation.opened", "escalation.acknowledged", "escalation.dismissed")
    started = host.start()
    host.send(started, "stall")
    act(host, started, "acknowledged")
    act(host, started, "dismissed")

    host.engine.run_due()

    assert [notice.type for notice in heard] == [
        "escalation.opened",
        "escalation.acknowledged",
        "escalation.dismissed",
    ]
    assert {notice.data["ladder"] for notice in heard} == {"stalled"}


def test_a_message_of_a_ladder_says_which_and_where_it_stands(host: Host) -> None:
    heard = host.heard("message.sent")
    started = host.start()
    host.send(started, "stall.high")

    host.engine.run_due()

    assert heard[0].data == {
        "escalation": only(host, started).id,
        "ladder": "stalled",
        "rung": 2,
        "message": "office",
        "role": "coordinator",
        "recipient": "coordinator-1",
        "channel": "outbox",
        "subject": "office",
        "text": "office for coordinator-1",
    }


def test_ladders_of_one_mentorship_do_not_touch_those_of_another(host: Host) -> None:
    one, two = host.start(), host.start(mentee="mentee-2")
    host.send(one, "stall")
    host.send(two, "stall")

    act(host, one, "resolved")
    host.wait(days=2)

    assert (only(host, one).status, only(host, two).rung) == ("resolved", 2)


def test_a_ladder_snoozed_past_the_end_of_its_state_does_not_wake(host: Host) -> None:
    started = host.start()
    host.send(started, "stall.high")
    host.engine.run_due()
    act(host, started, "snoozed")
    host.send(started, "leave")

    host.clock.set(datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta())
    host.engine.run_due()

    assert told(host) == ["office"]
