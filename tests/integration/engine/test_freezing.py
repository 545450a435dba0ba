"""A frozen program: none of its timers fires, none is lost, and it goes on without a burst."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from builders import Host, Note, at, take_facts, tiny
from mentorflow.core.workflow import View, Workflow
from mentorflow.engine.programs import Programs
from mentorflow.errors import FreezeRefused, InvalidPayload, NotFound
from one_state import URGENT, one_state
from tables import refused, rows

OpenHost = Callable[..., Host]
WHY = "the office is closed"


def freeze(host: Host, program: str = "program-1") -> None:
    host.engine.programs.freeze(program, reason=WHY, by="operator-1")


def resume(host: Host, **rest: Any) -> int:
    return host.engine.programs.resume("program-1", reason="open again", **rest).timers


def test_nothing_of_a_frozen_program_fires_and_others_go_on(host: Host) -> None:
    frozen, other = host.start(), host.start(program="program-2")
    freeze(host)

    report = host.wait(days=15)

    assert host.events(frozen) == ["mentorship.started"]
    assert host.engine.get(other.id).outcome == "no_reply"
    assert report.timers_fired == 2
    assert host.due(frozen) == {"contact.nudge": None, "contact.window": None}


def test_what_is_set_aside_is_not_looked_at_again(host: Host) -> None:
    host.start()
    freeze(host)
    host.wait(days=15)

    assert host.engine.run_due().next_due_at is None
    running = rows(host.url, "SELECT count(*) FROM mentorflow_timer WHERE due_at IS NOT NULL")
    assert running == [(0,)]


def test_another_engine_knows_at_once(open_on: OpenHost) -> None:
    one, other = open_on(), open_on()
    started = other.start()
    other.wait(hours=1)
    freeze(one)

    other.wait(days=15)

    assert other.events(started) == ["mentorship.started"]


def test_what_came_due_is_spread_in_its_order_over_waking_hours(host: Host) -> None:
    started = []
    for _ in range(6):
        started.append(host.start())
        host.wait(minutes=1)
    freeze(host)
    host.wait(days=4)  # all nudges came due, no window did; it is shortly after nine
    before = [host.due(one)["contact.window"] for one in started]

    assert resume(host) == 6

    nudges = [host.due(one)["contact.nudge"] for one in started]
    assert nudges == [host.now + n * timedelta(hours=2) for n in range(6)]
    assert [host.due(one)["contact.window"] for one in started] == before
    assert host.wait(hours=9).timers_fired == 5
    assert host.wait(hours=1).timers_fired == 1


def test_at_night_it_begins_in_the_morning_of_the_program(host: Host) -> None:
    host.engine.programs.set("program-1", reason=WHY, time_zone="Asia/Tokyo")
    started = host.start()
    freeze(host)
    host.wait(days=4, hours=4)  # 22 o'clock in Tokyo

    resume(host, over=timedelta(hours=1))

    assert host.due(started)["contact.nudge"] == at(days=4, hours=14)


def test_what_is_urgent_is_due_at_once(open_on: OpenHost) -> None:
    host = open_on(one_state("stall: {after: d1, do: [escalate: alarm]}", more=URGENT))
    started = host.start()
    host.wait(days=1)
    freeze(host)
    host.wait(days=5, hours=12)  # nine in the evening

    resume(host)

    assert host.due(started)[f"ladder.alarm[{started.id}-2:alarm]"] == host.now


def test_a_reminder_of_what_is_to_come_is_due_before_it(open_on: OpenHost) -> None:
    host = open_on(one_state("soon: {before: d3, anchor: ends_on, do: [notify: x]}"))
    started = host.start(dates={"ends_on": "2025-03-07"})
    other = host.start(dates={"ends_on": "2025-03-07"})
    freeze(host)
    host.wait(days=3, hours=2)

    resume(host, over=timedelta(days=4))

    assert host.due(started)["open.soon"] == host.now
    due = host.due(other)["open.soon"]
    assert due is not None
    assert host.now < due < at(days=3, hours=15)


def test_events_are_taken_and_what_they_set_anew_is_set(host: Host) -> None:
    started = host.start()
    freeze(host)
    host.wait(days=5)

    accepted = host.send(started, "mentor.accepted")
    host.wait(days=8)

    assert host.due(accepted)["active.cadence"] is None
    assert host.due(accepted)["active.limit"] == at(days=185)
    assert "contact.nudge" not in host.due(accepted)
    assert resume(host) == 1
    assert host.due(accepted)["active.cadence"] == host.now


def test_an_event_leaves_what_is_set_aside_where_it_is(host: Host) -> None:
    accepted = host.active()
    freeze(host)
    host.wait(days=8)

    host.send(accepted, "noted", data={"text": "hello"})

    assert host.due(accepted)["active.cadence"] is None
    assert host.engine.run_due().timers_fired == 0
    assert resume(host) == 1


def test_what_a_detour_suspends_meanwhile_waits_for_its_end(host: Host) -> None:
    accepted = host.active()
    freeze(host)
    host.wait(days=8)
    host.send(accepted, "concern.raised")

    assert resume(host) == 0
    host.wait(days=1)
    assert host.due(accepted)["active.cadence"] is None
    host.send(accepted, "concern.resolved")
    assert host.due(accepted)["active.cadence"] == host.now


def test_a_plan_leaves_what_is_set_aside_where_it_is(host: Host) -> None:
    started = host.start()
    freeze(host)
    host.wait(days=4)
    timings = host.engine.timings

    plan = timings.preview([{"timing": "d3", "value": "2d"}], workflow="tiny")
    timings.apply(plan, reason="sooner")

    (nudge,) = (one for one in host.engine.get(started.id).timers if one.name == "contact.nudge")
    assert (nudge.value, nudge.is_set_aside, nudge.came_due_at) == ("2d", True, at(days=3))
    assert resume(host) == 1


def test_it_says_that_it_is_frozen_since_when_by_whom_and_why(host: Host) -> None:
    started = host.start()
    host.wait(hours=1)
    freeze(host)
    host.wait(days=4)

    explained = host.engine.explain(started.id)
    found = host.engine.programs.get("program-1").frozen

    assert explained["frozen"] == {
        "since": at(hours=1).isoformat(),
        "by": "operator-1",
        "because": WHY,
    }
    assert explained["set_aside"] == [
        {"timer": "contact.nudge", "instance": "", "came_due_at": at(days=3).isoformat()}
    ]
    assert explained["suspended"] == []
    assert found is not None
    assert (found.since, found.by, found.because) == (at(hours=1), "operator-1", WHY)
    resume(host)
    assert host.engine.explain(started.id)["frozen"] is None
    said = [(one.timing, one.reason) for one in host.engine.programs.history("program-1")]
    assert said == [("frozen", "open again"), ("frozen", WHY)]


def test_a_resuming_that_was_cut_off_is_gone_on_with(host: Host) -> None:
    started = [host.start() for _ in range(3)]
    freeze(host)
    host.wait(days=15)  # six timers came due
    assert stuck_in(host) == 0
    cut_off = Programs(host.engine._store, host.engine._library, batch=1)

    with pytest.raises(KeyboardInterrupt):
        cut_off.resume("program-1", reason="open again", progress=interrupt)
    host.engine.run_due()

    assert stuck_in(host) == 3  # the one nudge has fired
    assert resume(host) == 5
    host.wait(days=2)
    assert [host.events(one).count("contact.expired") for one in started] == [1, 1, 1]
    assert stuck_in(host) == 0


def interrupt(done: int, _size: int) -> None:
    if done == 1:
        raise KeyboardInterrupt


def stuck_in(host: Host) -> int:
    return len(host.engine.workflows.stranded())


def test_a_program_that_is_frozen_once_more_is_taken_up_no_further(host: Host) -> None:
    for _ in range(3):
        host.start()
    freeze(host)
    host.wait(days=4)

    def again(done: int, _size: int) -> None:
        if done == 1:
            freeze(host)

    found = Programs(host.engine._store, host.engine._library, batch=1).resume(
        "program-1", reason=WHY, progress=again
    )
    host.wait(days=2)

    assert found.timers == 1
    assert host.engine.run_due().timers_fired == 0
    assert resume(host) == 3


def test_a_batch_in_flight_may_fire_and_nothing_after_it(open_on: OpenHost) -> None:
    gate = Gate()
    host, operator = open_on(gate.workflow()), open_on(gate.workflow())
    started = [host.start(), host.start()]
    later = host.start(facts={"is_awaited": False})
    host.clock.set(at(days=3))

    with gate.held(host.engine.run_due):
        freezing = Thread(target=freeze, args=[operator])
        freezing.start()
        freezing.join(1)  # on SQLite it waits for the batch
    freezing.join(60)
    host.send(later, "noted", data={"facts": {"asked_at": at(days=3).isoformat()}})
    host.wait(days=1)

    assert [host.events(one)[1:] for one in started] == [["timer.fired"], ["timer.fired"]]
    assert host.due(later)["open.asked"] is None


def test_what_a_batch_in_flight_sets_aside_is_taken_up(open_on: OpenHost) -> None:
    gate = Gate()
    host, operator = open_on(gate.workflow()), open_on(gate.workflow())
    frozen = host.start(facts={"is_awaited": False})
    host.start(program="program-2")
    freeze(operator)
    host.start(program="program-2")  # which tells this engine that program-1 is frozen
    host.clock.set(at(days=3))
    operator.clock.set(at(days=3))

    with gate.held(host.engine.run_due):
        resuming = Thread(target=resume, args=[operator])
        resuming.start()
        resuming.join(1)
        assert resuming.is_alive()  # it waits for what the batch sets aside
    resuming.join(60)

    host.engine.run_due()
    assert host.events(frozen)[1:] == ["timer.fired"]


class Gate:
    """A claim that holds up the batch that asks for it."""

    def __init__(self) -> None:
        self.is_asked, self.is_open = Event(), Event()

    def workflow(self) -> Workflow:
        """Return a workflow whose timer asks for the claim."""
        return tiny(
            """
states:
  open:
    events: {noted: {record: [take_facts]}, over: {to: closed, outcome: over}}
    timers:
      limit: {after: d999, fire: over}
      soon: {after: d3, unless: [it_is_let_through], do: [notify: x]}
      asked: {after: h1, anchor: asked, do: [notify: y]}
  closed: {final: true}
anchors: {asked: {fact: asked_at}}
""",
            guards={"it_is_let_through": self.it_is_let_through},
            payloads={"noted": Note},
            records={"take_facts": take_facts},
        )

    def it_is_let_through(self, view: View) -> str | None:
        """Claim nothing, in a while."""
        if view.facts.get("is_awaited", True):
            self.is_asked.set()
            self.is_open.wait(60)
        return "it is not"

    @contextmanager
    def held(self, work: Callable[[], object]) -> Iterator[None]:
        """Have it done by another thread, which is held up until the end."""
        thread = Thread(target=work)
        thread.start()
        assert self.is_asked.wait(60)
        yield
        self.is_open.set()
        thread.join(60)


def test_what_cannot_be_frozen_or_resumed_is_refused(host: Host) -> None:
    host.start()
    with refused(host.url, FreezeRefused, "freeze_refused") as caught:
        resume(host)
    assert str(caught.value) == "the program 'program-1' is not frozen"
    freeze(host)
    with refused(host.url, FreezeRefused, "freeze_refused") as caught:
        freeze(host)
    assert "is frozen already: since 2025-03-03T09:00:00+00:00 by operator-1" in str(caught.value)
    with refused(host.url, NotFound, "not_found"):
        freeze(host, "program-7")
    for over in (timedelta(), timedelta(days=367)):
        with refused(host.url, InvalidPayload, "invalid_payload"):
            resume(host, over=over)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.programs.freeze("program-1", reason=" ")
