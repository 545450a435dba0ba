"""What time itself does to ladders: timers that climb them, claims that come true."""

from collections.abc import Callable

from builders import Host, at, tiny

OpenHost = Callable[..., Host]


def test_a_ladder_names_its_cause_whoever_sent_the_event(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  active:
    events:
      stall: {do: [escalate: stalled]}
      wait: {to: waiting}
      wait.over: {to: waiting}
      over: {to: closed, outcome: over}
    timers:
      wait: {after: d3, fire: wait.over}
      limit: {after: d99, fire: over}
  waiting:
    enter: {do: [escalate: stalled]}
    events: {over: {to: closed, outcome: over}}
    timers: {limit: {after: d99, fire: over}}
  closed: {final: true}
ladders:
  stalled:
    rungs:
      - {to: [mentor], after: d0, message: pair}
      - {to: [coordinator], after: d7, message: office}
"""
        )
    )
    by_branch, by_entry, by_time = (host.start(mentee=f"mentee-{n}") for n in range(3))
    host.send(by_branch, "stall")
    host.send(by_entry, "wait", key="w")
    host.wait(days=3)

    assert host.engine.escalations(by_entry.id)[0].cause == "wait"
    assert host.engine.escalations(by_time.id)[0].cause == "wait.over"
    assert host.engine.escalations(by_branch.id, is_over=None)[0].cause == "stall"


def told(host: Host) -> list[str]:
    return [name for name, _ in host.outbox.said]


def test_a_timer_that_climbs_a_ladder_to_its_top_leaves_no_timer_of_it(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  active:
    events: {over: {to: closed, outcome: over}}
    timers:
      low: {after: d1, do: [escalate: stalled]}
      high: {after: d2, do: [{escalate: stalled, at: coordinator}]}
      limit: {after: d99, fire: over}
  closed: {final: true}
ladders:
  stalled:
    rungs:
      - {to: [mentor], after: d0, message: pair}
      - {to: [coordinator], after: d7, message: office}
"""
        )
    )
    started = host.start()
    host.wait(days=1)
    assert "ladder.stalled" in {timer.name for timer in host.engine.upcoming(started.id)}

    host.wait(days=1)
    for _ in range(9):
        host.wait(days=1)

    assert told(host) == ["pair", "office"]
    assert host.due(started) == {"active.limit": at(days=99)}


def test_a_cause_that_time_takes_away_is_found_gone_at_the_next_rung(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  active:
    events: {wait: {do: [escalate: waiting]}, over: {to: closed, outcome: over}}
    timers: {limit: {after: d99, fire: over}}
  closed: {final: true}
ladders:
  waiting:
    unless: [it_is_late]
    rungs: [{to: [mentor], after: d1, message: first}, {to: [mentor], after: d5, message: second}]
""",
            guards={"it_is_late": lambda v: None if v.now > at(days=3) else "it is early"},
        )
    )
    started = host.start()
    host.send(started, "wait")

    for _ in range(6):
        host.wait(days=1)

    assert told(host) == ["first"]
    assert host.events(started)[-1] == "escalation.resolved"
    (found,) = host.engine.escalations(started.id, is_over=None)
    assert found.status == "resolved"
