"""A plan without changes has pending timers follow the calendar that is in force by now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import Host, at
from mentorflow import Engine
from mentorflow.core.calendar import Calendar
from mentorflow.core.escalating import UNTIL
from mentorflow.engine.plans import Plan
from mentorflow.errors import InvalidPayload, PopulationMoved
from one_state import one_state
from retimed import (
    by_the_rule,
    clockwork,
    everything_pending,
    go_on,
    populate,
    require_due_by_their_rules,
    set_calendars,
)
from tables import everything, execute, refused, rows

OpenHost = Callable[..., Host]
WHY = "another calendar"
FAR = "'2033-01-01 00:00:00.000000+00:00'"
SEEDS = range(4)


def preview(host: Host, *changes: dict[str, Any]) -> Plan:
    return host.engine.timings.preview(changes, workflow=host.workflow.name)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_population_that_lived_is_due_by_its_rules(open_on: OpenHost, seed: int) -> None:
    host, random = open_on(clockwork()), Random(seed)
    set_calendars(host, random)
    populate(host, random)
    require_due_by_their_rules(host)

    execute(host.url, f"UPDATE mentorflow_timer SET due_at = {FAR} WHERE due_at IS NOT NULL")

    running = "SELECT count(*), count(DISTINCT name) FROM mentorflow_timer WHERE due_at IS NOT NULL"
    ((many, kinds),) = rows(host.url, f"{running} AND scope <> '{UNTIL}'")
    assert preview(host).counts.listed == many  # each of them is looked at
    assert many > kinds > 9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_moves_what_it_said_to_where_the_calendar_has_it(
    open_on: OpenHost, seed: int
) -> None:
    host, random = open_on(clockwork()), Random(seed)
    populate(host, random)
    set_calendars(host, random)
    before, written = everything_pending(host), everything(host.url)

    plan = preview(host)
    assert everything(host.url) == written
    report = host.engine.timings.apply(plan, reason=WHY)

    assert plan.counts.moved > 9
    assert (report.done, report.listed) == (plan.counts.listed,) * 2
    assert len(set(everything_pending(host)) - set(before)) == report.done
    require_each_is_due_by_its_rule(host)
    require_due_by_their_rules(host)
    undone = host.engine.timings.undo(report.id, reason="never mind")
    assert (undone.done, undone.left) == (report.done, ())
    assert everything_pending(host) == before
    assert preview(host).counts == plan.counts
    go_on(host, random)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_people_would_be_told_is_what_they_are_told_by_then(
    open_on: OpenHost, seed: int
) -> None:
    host, random = open_on(clockwork()), Random(seed)
    populate(host, random)
    set_calendars(host, random)

    plan = preview(host)
    host.engine.timings.apply(plan, reason=WHY, over=timedelta())

    by_then = preview(host)
    people = [(one.person, one.after) for one in plan.worst]
    assert [(one.person, one.before) for one in by_then.worst] == people
    told = {one.day: one.messages_before for one in by_then.loads if one.messages_before}
    assert {one.day: one.messages_after for one in plan.loads if one.messages_after} == told
    assert any(one.messages_before != one.messages_after for one in plan.loads)
    assert plan.peak == by_then.peak


def require_each_is_due_by_its_rule(host: Host) -> None:
    put_off = "SELECT mentorship_id, name, instance FROM mentorflow_timer WHERE put_off_by = 'plan'"
    spread = {tuple(map(str, row)) for row in rows(host.url, put_off)}
    looked_at = 0
    for one in map(host.engine.get, (found.id for found in host.engine.find(limit=100))):
        for timer in one.timers:
            if timer.due_at is None or timer.scope == UNTIL:
                continue
            looked_at += 1
            anchor_at, due = by_the_rule(host, one, timer)
            assert timer.anchor_at == anchor_at, timer
            if (one.id, *timer.key) in spread:
                assert due <= host.now <= timer.due_at <= host.now + timedelta(hours=24)
            elif not due < timer.due_at <= host.now:  # due already, it gets no earlier
                assert timer.due_at == due, timer
    assert looked_at > 20


def test_business_days_follow_another_country(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: bd40, do: [notify: nudge]}", more=FORTY))
    started = host.start()  # Monday, 3 March 2025; Easter Monday is 21 April
    host.engine.programs.set("program-1", country="AT", reason=WHY)
    assert host.due(started)["open.nudge"] == at(days=56)

    plan = preview(host)
    host.engine.timings.apply(plan, reason=WHY)

    assert (plan.counts.moved, plan.counts.later, plan.by_days) == (1, 1, {1: 1})
    assert host.due(started)["open.nudge"] == at(days=57)


FORTY = "timings: {bd40: {default: 40bd, min: 1d, max: 99d, help: H}}"


def test_days_follow_another_zone(open_on: OpenHost) -> None:
    host = open_on(one_state('month: {after: d31, at: "09:00", do: [notify: month]}'))
    started = host.start()
    assert host.due(started)["open.month"] == at(days=31)
    host.engine.programs.set("program-1", time_zone="Europe/Vienna", reason=WHY)

    host.engine.timings.apply(preview(host), reason=WHY)

    # 9 UTC is 10 in Vienna, and 31 days on it is summer: nine o'clock has gone by that day.
    assert host.due(started)["open.month"] == at(days=32, hours=-2)


def test_what_is_due_elsewhere_is_found_where_all_days_are_alike(open_on: OpenHost) -> None:
    host = open_on(one_state("month: {after: d31, do: [notify: month]}"))
    started = host.start()
    execute(host.url, f"UPDATE mentorflow_timer SET due_at = {FAR} WHERE name = 'open.month'")

    plan = preview(host)
    host.engine.timings.apply(plan, reason=WHY)

    assert plan.counts.listed == 1
    assert host.due(started)["open.month"] == at(days=31)


BEFORE_THE_END = """eve: {before: d2, at: "18:00", anchor: ends_on, do: [notify: eve]}
      week: {before: d7, anchor: ends_on, do: [notify: week]}"""


def test_each_version_counts_by_its_own_calendar_where_programs_have_none(
    open_on: OpenHost, database_url: str
) -> None:
    host = open_on(one_state("month: {after: d31, do: [notify: month]}"))
    old, before = host.start(), host.workflow
    vienna = replace(before, version=2, calendar=Calendar(ZoneInfo("Europe/Vienna")))
    with Engine(database_url, clock=host.clock, workflows=[before, vienna], channels=[]) as engine:
        new = engine.start(**host.request())
        own = engine.start(**host.request(program="program-2"))
        engine.programs.set("program-2", time_zone="Asia/Tokyo", reason=WHY)
        engine.timings.apply(engine.timings.preview(workflow="tiny"), reason=WHY)
    dues = {one.id: host.due(one)["open.month"] for one in (old, new, own)}
    assert list(dues.values()) == [at(days=31), at(days=31, hours=-1), at(days=31)]

    york = replace(before, calendar=Calendar(ZoneInfo("America/New_York")))
    with Engine(database_url, clock=host.clock, workflows=[york, vienna], channels=[]) as engine:
        plan = engine.timings.preview(workflow="tiny")
        report = engine.timings.apply(plan, reason=WHY)

    moved = {one.id: host.due(one)["open.month"] for one in (old, new, own)}
    assert report.done == plan.counts.listed == 1
    assert moved == {**dues, old.id: at(days=31, hours=-1)}


def test_dates_begin_in_the_zone_of_the_program(open_on: OpenHost) -> None:
    host = open_on(one_state(BEFORE_THE_END))
    dates = {"ends_on": "2025-05-30"}
    started = host.start(dates=dates)
    host.engine.programs.set("program-1", time_zone="Asia/Tokyo", reason=WHY)

    plan = preview(host)
    report = host.engine.timings.apply(plan, reason=WHY)

    new = host.start(dates=dates)
    assert host.due(started) == host.due(new)
    assert host.due(started)["open.week"] == datetime(2025, 5, 22, 15, tzinfo=UTC)
    anchors = {one.name: one.anchor for one in host.engine.upcoming(started.id)}
    assert anchors == {one.name: one.anchor for one in host.engine.upcoming(new.id)}
    host.engine.timings.undo(report.id, reason="never mind")
    assert host.due(started)["open.week"] == datetime(2025, 5, 23, tzinfo=UTC)
    assert preview(host).counts == plan.counts


def test_a_date_that_counts_again_after_a_detour_begins_in_the_zone_of_the_program(
    open_on: OpenHost,
) -> None:
    host = open_on(clockwork())
    started = host.start(dates={"ends_on": "2025-05-30"})
    host.send(started, "accepted")
    host.send(started, "quarrel")  # the reminder of the end stands still
    host.engine.programs.set("program-1", time_zone="Asia/Tokyo", reason=WHY)

    host.send(started, "back")

    assert host.due(started)["ring.soon"] == datetime(2025, 5, 22, 15, tzinfo=UTC)


def test_a_reminder_of_a_date_is_told_though_its_program_moved_to_another_zone(
    open_on: OpenHost,
) -> None:
    host = open_on(one_state(BEFORE_THE_END))
    host.engine.people.set("mentor-1", quiet_hours=["08:00", "20:00"])
    host.start(dates={"ends_on": "2025-05-30"})
    host.engine.programs.set("program-1", time_zone="Europe/Vienna", reason=WHY)
    host.clock.set(datetime(2025, 5, 23, 10, tzinfo=UTC))
    assert host.engine.run_due().timers_fired == 1

    host.wait(hours=11)

    assert ("week", "mentor-1") in host.outbox.said


def test_those_of_other_programs_stay(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: bd40, do: [notify: nudge]}", more=FORTY))
    moved, stays = host.start(program="program-1"), host.start(program="program-2")
    host.engine.programs.set("program-1", extra_holidays=["2025-03-05"], reason=WHY)

    host.engine.timings.apply(preview(host), reason=WHY)

    assert host.due(moved)["open.nudge"] == at(days=57)
    assert host.due(stays)["open.nudge"] == at(days=56)


def test_a_plan_with_changes_touches_only_timers_that_follow_other_values(
    open_on: OpenHost,
) -> None:
    timers = (
        "nudge: {after: bd40, do: [notify: nudge]}\n      look: {after: d3, do: [notify: look]}"
    )
    host = open_on(one_state(timers, more=FORTY))
    started = host.start()
    host.engine.programs.set("program-1", extra_holidays=["2025-03-05"], reason=WHY)

    plan = preview(host, {"timing": "d3", "value": "4d"})
    host.engine.timings.apply(plan, reason=WHY)

    assert plan.counts.listed == 1
    assert host.due(started)["open.nudge"] == at(days=56)
    assert host.due(started)["open.look"] == at(days=4)
    assert preview(host).counts.listed == 1


@pytest.mark.parametrize("cause", ["plan", "resume", "limit", "jitter", "retry"])
def test_what_was_put_off_is_left_alone(host: Host, cause: str) -> None:
    host.start()
    put_off = f"UPDATE mentorflow_timer SET due_at = {FAR}, put_off_by = '{cause}'"
    execute(host.url, f"{put_off} WHERE name = 'contact.nudge'")

    assert preview(host).counts.listed == 0


def test_what_a_limit_put_off_that_is_taken_back_is_due_and_gets_no_earlier(host: Host) -> None:
    for place in range(3):
        host.start(mentors=[f"mentor-{place}"])
    host.engine.timings.limit("d3", per_minute=1, reason=WHY, workflow="tiny")
    host.wait(days=3)
    host.clock.set(host.now + timedelta(seconds=30))
    put_off = "SELECT count(*) FROM mentorflow_timer WHERE put_off_by = 'limit'"
    assert rows(host.url, put_off) == [(2,)]

    host.engine.timings.unlimit("d3", reason=WHY, workflow="tiny")

    assert rows(host.url, put_off) == [(0,)]
    assert preview(host).counts.listed == 0
    assert host.engine.run_due().timers_fired == 2


def test_what_somebody_snoozed_until_an_instant_of_theirs_is_left_alone(host: Host) -> None:
    started = host.active()
    host.send(started, "concern.raised")
    (escalation,) = host.engine.escalations(started.id)
    until = at(days=1, hours=5).isoformat()
    data = {"escalation": escalation.id, "until": until}
    host.send(started, "escalation.snoozed", by="coordinator-1", data=data)
    host.engine.programs.set("program-1", time_zone="Asia/Tokyo", reason=WHY)

    assert preview(host).counts.listed == 0


def test_what_was_snoozed_for_the_length_that_is_set_follows_it(host: Host) -> None:
    started = host.active()
    host.send(started, "concern.raised")
    (escalation,) = host.engine.escalations(started.id)
    data = {"escalation": escalation.id}
    host.send(started, "escalation.snoozed", by="coordinator-1", data=data)

    host.engine.timings.apply(preview(host, {"timing": "d3", "value": "5d"}), reason=WHY)

    assert host.due(started)[f"ladder.concern[{escalation.id}]"] == at(days=5)


def test_what_stands_still_is_left_alone_and_goes_on_by_the_new_calendar(host: Host) -> None:
    host.engine.timings.set("d7", "5bd", reason=WHY, workflow="tiny")
    started = host.active()
    host.wait(days=2)
    host.send(started, "concern.raised")  # the cadence stands still
    host.engine.programs.set("program-1", extra_holidays=["2025-03-07"], reason=WHY)
    before = [timer for timer in host.engine.get(started.id).timers if timer.due_at is None]

    plan = preview(host)
    host.engine.timings.apply(plan, reason=WHY)

    after = [timer for timer in host.engine.get(started.id).timers if timer.due_at is None]
    assert (plan.counts.suspended, before) == (0, after)
    host.send(started, "concern.resolved")
    assert host.due(started)["active.cadence"] == at(days=7)
    require_due_by_their_rules(host)


def test_what_becomes_overdue_is_spread_over_waking_hours(open_on: OpenHost) -> None:
    host = open_on(one_state("nudge: {after: bd3, do: [notify: nudge]}", more=THREE))
    host.engine.programs.set("program-1", extra_holidays=["2025-03-04"], reason=WHY)
    started = [host.start(mentors=[f"mentor-{place}"]) for place in range(12)]
    host.wait(days=3, hours=12)  # nine in the evening of Thursday
    host.engine.programs.set("program-1", extra_holidays=[], reason=WHY)

    plan = preview(host)
    host.engine.timings.apply(plan, reason=WHY, over=timedelta(hours=24))

    assert (plan.counts.overdue, plan.counts.earlier) == (12, 12)
    instants = sorted(str(host.due(one)["open.nudge"]) for one in started)
    assert len(set(instants)) == 12
    assert all("08:00" <= one[11:16] < "20:00" for one in instants)
    assert preview(host).counts.listed == 0
    host.wait(hours=12)
    assert host.wait(hours=12).timers_fired > 0


THREE = "timings: {bd3: {default: 3bd, min: 1d, max: 99d, help: H}}"


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_calendar_is_previewed_before_it_is_set(open_on: OpenHost, seed: int) -> None:
    host, random = open_on(clockwork()), Random(seed)
    populate(host, random)
    before = everything(host.url)

    told = host.engine.programs.preview("north", time_zone="Asia/Tokyo", workflow="tiny")

    assert everything(host.url) == before
    assert told.counts.moved > 0
    with refused(host.url, PopulationMoved, "population_moved"):
        host.engine.timings.apply(told, reason=WHY)
    host.engine.programs.set("north", time_zone="Asia/Tokyo", reason=WHY)
    assert preview(host)._replace(revision=told.revision) == told


def test_what_is_no_calendar_is_not_previewed(host: Host) -> None:
    for wrong in ({}, {"time_zone": "Europe/Wien"}, {"country": "AT", "horizon": timedelta()}):
        with refused(host.url, InvalidPayload, "invalid_payload"):
            host.engine.programs.preview("program-1", workflow="tiny", **wrong)
