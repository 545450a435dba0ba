"""Of some things a mentorship has several, such as meetings: each has timers of its own."""

from collections.abc import Callable
from datetime import timedelta

from builders import Host, Note, at, take_facts, tiny
from mentorflow import Mentorship
from mentorflow.core.workflow import Workflow

OpenHost = Callable[..., Host]

MEETINGS = """
states:
  active:
    events:
      noted: {record: [take_facts]}
      quarrel: {to: conflict}
      rest: {to: pause}
      over: {to: closed, outcome: over}
    timers: {limit: {after: d99, fire: over}}
  conflict:
    detour: true
    suspends: [meeting.remind]
    passes: [noted, over]
    events: {back: {to: return}, conflict.over: {to: return}}
    timers: {over: {after: d30, fire: conflict.over}}
  pause:
    detour: true
    passes: [noted, over]
    events: {back: {to: return}, pause.over: {to: return}}
    timers: {over: {after: d30, fire: pause.over}}
  closed: {final: true}
collections:
  meeting:
    fact: meetings
    anchors: {meeting_start: starts_at, meeting_end: ends_at}
    states: [active, conflict]
    timers:
      remind: {before: d1, anchor: meeting_start, do: [notify: remind]}
      feedback: {after: h1, anchor: meeting_end, do: [notify: feedback]}
"""


def meetings() -> Workflow:
    return tiny(MEETINGS, payloads={"noted": Note}, records={"take_facts": take_facts})


def booked(host: Host, mentorship: Mentorship, **days: float | None) -> None:
    """Let exactly these meetings be open, each so many days from the start of time."""
    open_ones = {
        name: {"starts_at": at(days=day).isoformat(), "ends_at": at(days=day, hours=1).isoformat()}
        for name, day in days.items()
        if day is not None
    }
    host.send(mentorship, "noted", data={"facts": {"meetings": open_ones}})


def meeting_timers(host: Host, mentorship: Mentorship) -> dict[str, object]:
    return {name: due for name, due in host.due(mentorship).items() if name.startswith("meeting.")}


def test_every_meeting_has_its_own_timers(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()

    booked(host, started, one=5, two=9)

    assert meeting_timers(host, started) == {
        "meeting.remind[one]": at(days=4),
        "meeting.feedback[one]": at(days=5, hours=2),
        "meeting.remind[two]": at(days=8),
        "meeting.feedback[two]": at(days=9, hours=2),
    }


def test_a_meeting_that_moves_takes_its_timers_along_and_no_others(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5, two=9)

    booked(host, started, one=6, two=9)

    assert meeting_timers(host, started) == {
        "meeting.remind[one]": at(days=5),
        "meeting.feedback[one]": at(days=6, hours=2),
        "meeting.remind[two]": at(days=8),
        "meeting.feedback[two]": at(days=9, hours=2),
    }


def test_a_meeting_that_is_off_takes_its_timers_away(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5, two=9)

    booked(host, started, two=9)
    assert {name[-4:] for name in meeting_timers(host, started)} == {"two]"}

    host.send(started, "noted", data={"facts": {"meetings": None}})
    assert meeting_timers(host, started) == {}


def test_each_meeting_is_told_of_once(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5, two=9)

    for _ in range(12):
        host.wait(days=1)

    fired = [entry for entry in host.engine.history(started.id) if entry.event == "timer.fired"]
    assert [(entry.data["timer"], entry.data["instance"]) for entry in fired] == [
        ("meeting.remind", "one"),
        ("meeting.feedback", "one"),
        ("meeting.remind", "two"),
        ("meeting.feedback", "two"),
    ]


def test_another_meeting_does_not_bring_back_what_was_told_of_this_one(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5)
    host.wait(days=4)

    booked(host, started, one=5, two=9)

    assert "meeting.remind[one]" not in host.due(started)


def test_what_else_changes_of_a_meeting_does_not_bring_back_what_was_told(
    open_on: OpenHost,
) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5)
    host.wait(days=4, hours=1)
    one = {**host.engine.get(started.id).facts["meetings"]["one"], "agenda": True}

    host.send(started, "noted", data={"facts": {"meetings": {"one": one}}})

    assert meeting_timers(host, started) == {"meeting.feedback[one]": at(days=5, hours=2)}


def test_a_state_without_meetings_has_none_of_their_timers_until_it_is_left(
    open_on: OpenHost,
) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5)

    host.send(started, "rest")
    assert meeting_timers(host, started) == {}
    booked(host, started, one=7)
    assert meeting_timers(host, started) == {}

    host.send(started, "back")
    assert meeting_timers(host, started) == {
        "meeting.remind[one]": at(days=6),
        "meeting.feedback[one]": at(days=7, hours=2),
    }


def test_coming_back_does_not_tell_again_what_was_told(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5)
    host.wait(days=4, hours=6)
    assert [name for name, _ in host.outbox.said] == ["remind"]
    host.send(started, "rest")
    host.clock.set(host.now + timedelta(hours=1))

    host.send(started, "back")
    host.engine.run_due()

    assert [name for name, _ in host.outbox.said] == ["remind"]


def test_a_detour_suspends_a_timer_of_every_meeting(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5, two=9)
    host.clock.set(at(days=2))

    host.send(started, "quarrel")
    assert meeting_timers(host, started) == {
        "meeting.remind[one]": None,
        "meeting.feedback[one]": at(days=5, hours=2),
        "meeting.remind[two]": None,
        "meeting.feedback[two]": at(days=9, hours=2),
    }

    host.send(started, "back")
    assert meeting_timers(host, started)["meeting.remind[two]"] == at(days=8)


def test_a_meeting_does_not_wait_for_a_detour_to_end(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=5, two=9)
    host.clock.set(at(days=2))
    host.send(started, "quarrel")
    host.clock.set(at(days=6))

    host.send(started, "back")

    assert meeting_timers(host, started) == {
        "meeting.feedback[one]": at(days=5, hours=2),
        "meeting.remind[two]": at(days=8),
        "meeting.feedback[two]": at(days=9, hours=2),
    }


def test_a_final_state_has_no_timers_of_meetings(open_on: OpenHost) -> None:
    host = open_on(meetings())
    started = host.start()
    booked(host, started, one=150)

    host.wait(days=99)

    assert host.engine.get(started.id).state == "closed"
    assert host.due(started) == {}


def test_the_time_of_a_meeting_can_send_an_event(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  active:
    events:
      noted: {record: [take_facts]}
      meeting.passed: {to: closed, outcome: met}
      over: {to: closed, outcome: over}
    timers: {limit: {after: d99, fire: over}}
  closed: {final: true}
collections:
  meeting:
    fact: meetings
    anchors: {meeting_end: ends_at}
    states: [active]
    timers: {passed: {after: h1, anchor: meeting_end, fire: meeting.passed}}
""",
            payloads={"noted": Note},
            records={"take_facts": take_facts},
        )
    )
    started = host.start()
    booked(host, started, one=5)

    host.wait(days=6)

    assert host.engine.get(started.id).outcome == "met"
