"""Operators see what a change of timings does to pending timers, do it, and can undo it."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from builders import Host, at
from mentorflow.core.duration import Duration
from mentorflow.core.override import Scope
from mentorflow.engine.asking import Wanted
from mentorflow.engine.plans import Plan
from mentorflow.engine.timings import TimingSettings
from mentorflow.errors import InvalidPayload, NotFound, PopulationMoved, TimingRefused
from one_state import URGENT, one_state
from tables import NOWHERE, everything, refused, rows

OpenHost = Callable[..., Host]
WHY = "exams"


def preview(host: Host, *changes: dict[str, Any], **rest: Any) -> Plan:
    return host.engine.timings.preview(changes, workflow=host.workflow.name, **rest)


def to(timing: str, value: str | None, **scope: str) -> dict[str, Any]:
    return {"timing": timing, "value": value, **scope}


def due(host: Host) -> dict[tuple[str, str], tuple[object, ...]]:
    found = rows(
        host.url, "SELECT mentorship_id, name, instance, due_at, value, scope FROM mentorflow_timer"
    )
    return {(str(row[0]), row[1]): row[2:] for row in found}


def test_a_preview_counts_what_moves_and_writes_nothing(host: Host) -> None:
    for place in range(4):
        host.start(program=f"program-{place % 2}")
    host.wait(days=1)
    before = everything(host.url)

    plan = preview(host, to("d3", "5d"), to("d14", "10d", program="program-1"))

    assert everything(host.url) == before
    assert (plan.counts.moved, plan.counts.later, plan.counts.earlier) == (6, 4, 2)
    assert (plan.counts.overdue, plan.counts.mentorships) == (0, 4)
    assert plan.by_days == {2: 4, -4: 2}


def test_apply_moves_what_was_previewed_and_new_timers_follow(host: Host) -> None:
    first = host.start()
    plan = preview(host, to("d3", "5d", program="program-1"))

    report = host.engine.timings.apply(plan, reason=WHY, by="operator-1")

    assert (report.status, report.listed, report.done) == ("applied", 1, 1)
    for found in (first, host.start()):
        (nudge,) = (one for one in host.engine.upcoming(found.id) if one.name == "contact.nudge")
        assert (nudge.due_at, nudge.value, nudge.scope) == (at(days=5), "5d", "program")
    (told,) = host.engine.timings.history("d3", workflow="tiny")
    assert (told.plan, told.to_value) == (report.id, "5d")


def test_a_timer_that_was_moved_fires_once_by_the_new_rule(host: Host) -> None:
    host.start()
    host.engine.timings.apply(preview(host, to("d3", "5d")), reason=WHY)

    fired = [host.wait(days=days).timers_fired for days in (4, 1, 1)]

    assert fired == [0, 1, 0]


def test_undo_puts_back_every_instant_to_the_byte(host: Host) -> None:
    started = [host.start() for _ in range(3)]
    host.send(started[0], "mentor.accepted")
    host.send(started[0], "concern.raised")  # the cadence stands still
    before = due(host)
    plan = preview(host, to("d3", "5d"), to("d7", "9d"), to("d14", "20d"))
    report = host.engine.timings.apply(plan, reason=WHY)
    assert due(host) != before

    undone = host.engine.timings.undo(report.id, reason="never mind")

    assert (undone.status, undone.left) == ("undone", ())
    assert due(host) == before
    assert [one.to_value for one in host.engine.timings.history("d3", workflow="tiny")] == [
        None,
        "5d",
    ]


def test_undo_lists_what_has_fired_or_counts_anew(host: Host) -> None:
    fired, renewed, kept = host.start(), host.start(), host.active()
    report = host.engine.timings.apply(preview(host, to("d3", "2d"), to("d7", "6d")), reason=WHY)
    host.wait(days=3)
    host.send(renewed, "mentor.accepted")

    undone = host.engine.timings.undo(report.id, reason="never mind")

    left = {(one.mentorship_id, one.timer, one.is_pending) for one in undone.left}
    assert left == {
        (fired.id, "contact.nudge", False),
        (renewed.id, "contact.nudge", False),
    }
    assert host.due(kept)["active.cadence"] == at(days=7)


def test_a_suspended_timer_has_as_much_more_left_as_its_value_is_longer(host: Host) -> None:
    started = host.active()
    host.wait(days=2)
    host.send(started, "concern.raised")

    plan = preview(host, to("d7", "10d"))
    host.engine.timings.apply(plan, reason=WHY)
    host.send(started, "concern.resolved")

    assert plan.counts.suspended == 1
    assert host.due(started)["active.cadence"] == at(days=10)


def test_what_becomes_overdue_is_spread_over_waking_hours(host: Host) -> None:
    for place in range(20):
        host.start(mentors=[f"mentor-{place}"])
    host.wait(days=2, hours=12)  # nine in the evening, two and a half days in
    plan = preview(host, to("d3", "1d"), to("d14", "2d"))

    host.engine.timings.apply(plan, reason=WHY, over=timedelta(hours=24))

    assert (plan.counts.overdue, plan.expiring_count) == (40, 20)
    instants = sorted(one for found in due_instants(host) for one in found)
    assert len(set(instants)) == 40
    assert all(8 <= one.hour < 20 for one in instants)
    assert host.now < instants[0]
    assert instants[-1] < host.now + timedelta(hours=24)


@pytest.mark.parametrize("hours", [1, 6])
def test_an_evening_is_no_burst(host: Host, hours: int) -> None:
    for place in range(20):
        host.start(mentors=[f"mentor-{place}"])
    host.wait(days=2, hours=10, minutes=54)  # six minutes before everybody rests
    late = preview(host, to("d14", "2d"))
    host.engine.timings.apply(late, reason=WHY, over=timedelta(hours=hours))
    evening = dues(host, "contact.window", "program-1")
    host.wait(hours=2)
    for place in range(20):
        host.start(mentors=[f"mentor-{place}"], program="program-2")
    night = preview(host, to("d3", "1m", program="program-2"))
    host.wait(minutes=2)
    host.engine.timings.apply(night, reason=WHY, over=timedelta(hours=hours))

    morning = dues(host, "contact.nudge", "program-2")
    assert evening[0] == at(days=2, hours=10, minutes=54)
    assert evening[-1] - evening[0] > timedelta(hours=11 if hours == 1 else 12)
    assert morning[0] == at(days=2, hours=23)
    assert morning[-1] - morning[0] == timedelta(hours=hours) * 19 / 20


def test_what_is_urgent_waits_for_no_waking_hours(open_on: OpenHost) -> None:
    host = open_on(one_state("stall: {after: d1, do: [escalate: alarm]}", more=URGENT))
    started = host.start()
    host.wait(days=1)
    host.wait(days=2, hours=12)  # nine in the evening
    plan = preview(host, to("d4", "1d"))

    host.engine.timings.apply(plan, reason=WHY)

    assert plan.counts.overdue == 1
    assert host.due(started)[f"ladder.alarm[{started.id}-2:alarm]"] == at(days=2)


def dues(host: Host, timer: str, program: str) -> list[datetime]:
    found = (host.due(one)[timer] for one in host.engine.find(program=program))
    return sorted(due_at for due_at in found if due_at is not None)


def due_instants(host: Host) -> list[list[Any]]:
    return [list(host.due(found).values()) for found in host.engine.find(limit=100)]


def test_a_plan_is_refused_once_the_population_has_moved(host: Host) -> None:
    started = host.start()
    plan = preview(host, to("d3", "5d"))
    host.send(started, "mentor.accepted")

    with refused(host.url, PopulationMoved, "population_moved"):
        host.engine.timings.apply(plan, reason=WHY)


def test_a_plan_may_drift_with_its_population_as_far_as_is_said(host: Host) -> None:
    started = [host.start() for _ in range(4)]
    plan = preview(host, to("d3", "5d"))
    started.append(host.start())

    with refused(host.url, PopulationMoved, "population_moved") as caught:
        host.engine.timings.apply(plan, reason=WHY, drift=0.24)
    assert "allow for a drift of 25.0 %" in str(caught.value)
    for wrong in (-0.1, math.nan):
        with refused(host.url, InvalidPayload, "invalid_payload"):
            host.engine.timings.apply(plan, reason=WHY, drift=wrong)
    report = host.engine.timings.apply(plan, reason=WHY, drift=0.25)

    assert (report.listed, report.done) == (5, 5)
    assert {host.due(found)["contact.nudge"] for found in started} == {at(days=5)}


def test_a_plan_is_refused_once_another_operator_has_changed_something(host: Host) -> None:
    host.start()
    plan = preview(host, to("d3", "5d"))
    host.engine.timings.set("d3", "4d", reason=WHY, by="ann", program="p-9", workflow="tiny")

    with refused(host.url, PopulationMoved, "population_moved") as caught:
        host.engine.timings.apply(plan, reason=WHY)
    assert "ann has changed d3 for the program p-9 since you looked" in str(caught.value)

    plan = preview(host, to("d3", "5d"))
    host.engine.timings.limit("d3", per_minute=9, reason=WHY, workflow="tiny")
    with refused(host.url, PopulationMoved, "population_moved") as caught:
        host.engine.timings.apply(plan, reason=WHY)
    assert "an operator has changed the limit of d3 since you looked" in str(caught.value)


def test_pending_timers_follow_what_was_set_before_by_a_plan_without_changes(host: Host) -> None:
    started = host.start()
    host.engine.timings.set("d3", "4d", reason=WHY, workflow="tiny")
    assert host.due(started)["contact.nudge"] == at(days=3)

    report = host.engine.timings.apply(preview(host), reason="now for all")

    assert report.done == 1
    assert host.due(started)["contact.nudge"] == at(days=4)
    assert preview(host).counts.listed == 0


def test_taking_an_override_back_by_a_plan_is_as_if_it_had_never_been(host: Host) -> None:
    host.start()
    before = due(host)
    host.engine.timings.apply(preview(host, to("d3", "5d", person="mentor-1")), reason=WHY)

    host.engine.timings.apply(preview(host, to("d3", None, person="mentor-1")), reason="over")

    assert due(host) == before


def test_of_two_persons_the_longer_value_moves_the_timer(host: Host) -> None:
    started = host.start()
    plan = preview(host, to("d3", "6d", person="mentor-1"), to("d3", "9d", person="mentee-1"))

    host.engine.timings.apply(plan, reason=WHY)

    assert host.due(started)["contact.nudge"] == at(days=9)


def test_what_pairs_agreed_on_is_in_force_again_without_the_override(open_on: OpenHost) -> None:
    timings = "timings: {rhythm: {default: 7d, min: 1d, max: 99d, help: H, fact: rhythm}}"
    host = open_on(one_state("meet: {after: rhythm, do: [notify: meet]}", more=timings))
    agreed = host.start(facts={"rhythm": "16d"})
    host.engine.timings.apply(preview(host, to("rhythm", "21d", mentorship=agreed.id)), reason=WHY)
    assert host.due(agreed)["open.meet"] == at(days=21)

    host.engine.timings.apply(
        preview(host, to("rhythm", None, mentorship=agreed.id)), reason="over"
    )

    assert host.due(agreed)["open.meet"] == at(days=16)


def test_business_days_move_by_the_calendar(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: d3, do: [notify: nudge]}"))
    started = host.start()  # on a Monday

    host.engine.timings.apply(preview(host, to("d3", "7bd")), reason=WHY)

    assert host.due(started)["open.nudge"] == at(days=9)


def test_the_load_is_told_by_day_and_by_person(host: Host) -> None:
    for place in range(3):
        host.start(mentors=["mentor-1"], mentee=f"mentee-{place}")

    plan = preview(host, to("d3", "5d"))

    loads = {one.day: (one.messages_before, one.messages_after) for one in plan.loads}
    assert (loads["2025-03-06"], loads["2025-03-08"]) == ((3, 0), (0, 3))
    assert plan.worst[0] == ("mentor-1", 3, 3)
    assert plan.peak == (at(days=5), 3)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ([to("d33", "3d")], InvalidPayload, "invalid_payload"),
        ([to("d3", "0d")], TimingRefused, "timing_refused"),
        ([to("d3", "4d"), to("d3", "5d")], InvalidPayload, "invalid_payload"),
        ([to("d3", None)], NotFound, "not_found"),
        ([to("d3", "4d", mentorship=NOWHERE)], NotFound, "not_found"),
        ([to("d3", "4d", mentorship="a-key")], NotFound, "not_found"),
        ([{"timing": ["d3"], "value": "4d"}], InvalidPayload, "invalid_payload"),
        ([{"timing": "d3", "value": "4d", "whom": "x"}], InvalidPayload, "invalid_payload"),
        (["d3"], InvalidPayload, "invalid_payload"),
    ],
)
def test_a_preview_of_what_may_not_be_is_refused(
    host: Host, changes: list[Any], error: type, code: str
) -> None:
    with refused(host.url, error, code):
        host.engine.timings.preview(changes, workflow="tiny")


def test_a_value_that_is_no_text_is_named(host: Host) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload") as caught:
        host.engine.timings.preview([{"timing": "d3", "value": 4}], workflow="tiny")
    assert "'4' is not a duration" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "error", "code"),
    [
        ({"timing": "d33"}, "4d", InvalidPayload, "invalid_payload"),
        ({}, "99999d", TimingRefused, "timing_refused"),
        ({"scope": Scope.DEPLOYMENT}, "4d", InvalidPayload, "invalid_payload"),
        ({"subject": ""}, "4d", InvalidPayload, "invalid_payload"),
        ({"workflow": "other"}, "4d", InvalidPayload, "invalid_payload"),
        ({"scope": Scope.MENTORSHIP, "subject": NOWHERE}, "4d", NotFound, "not_found"),
    ],
)
def test_a_plan_that_was_edited_may_not_be_what_a_preview_would_refuse(
    host: Host, key: dict[str, Any], value: str, error: type, code: str
) -> None:
    plan = preview(host, to("d3", "4d", program="nobody-is-in-it"))
    edited = Wanted(plan.changes[0].key._replace(**key), Duration.parse(value))

    with refused(host.url, error, code):
        host.engine.timings.apply(plan._replace(changes=(edited,)), reason=WHY)


def test_a_plan_nobody_made_cannot_be_undone_or_gone_on_with(host: Host) -> None:
    for name in ("nothing", NOWHERE, "\udcff"):
        with refused(host.url, NotFound, "not_found"):
            host.engine.timings.undo(name, reason=WHY)
        with refused(host.url, NotFound, "not_found"):
            host.engine.timings.resume(name)
    for workflow in ("nothing", "\udcff"):
        for look in (host.engine.timings.plans, host.engine.timings.history):
            with refused(host.url, NotFound, "not_found"):
                look(workflow=workflow)


def test_a_plan_that_was_ended_in_the_middle_goes_on(host: Host) -> None:
    host.engine.timings = TimingSettings(host.engine._store, host.engine._library, batch=2)
    started = [host.start() for _ in range(7)]
    told: list[int] = []

    def stop(done: int, _listed: int) -> None:
        told.append(done)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host.engine.timings.apply(preview(host, to("d3", "5d")), reason=WHY, progress=stop)
    (plan,) = rows(host.url, "SELECT id, status, done FROM mentorflow_plan")
    with pytest.raises(PopulationMoved, match="under way"):
        host.engine.timings.apply(preview(host, to("d14", "15d")), reason=WHY)
    with refused(host.url, PopulationMoved, "population_moved"):
        host.engine.timings.set("d3", "6d", reason=WHY, workflow="tiny")
    host.engine.timings.set("d14", "15d", reason=WHY, workflow="tiny")

    report = host.engine.timings.resume(str(plan[0]))

    assert (plan[1], plan[2]) == ("applying", 4)
    assert (report.status, report.done, report.listed) == ("applied", 7, 7)
    assert {host.due(found)["contact.nudge"] for found in started} == {at(days=5)}
