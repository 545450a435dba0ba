"""Plans move timers to where new ones are set, keep nobody waiting, and leave nothing behind."""

from collections.abc import Callable
from itertools import product
from typing import Any

from builders import LIFE, Host, Note, at, something_is_noted, take_facts, tiny
from mentorflow import Engine
from mentorflow.core.mentorship import Mentorship
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.listing import Listing
from mentorflow.engine.plans import Plan, affected, after_changes
from mentorflow.engine.population import Population
from one_state import one_state
from tables import driver, rows

OpenHost = Callable[..., Host]
WHY = "exams"
TIMERS = """nudge: {after: d3, do: [notify: nudge]}
      morning: {after: d7, at: "09:00", do: [notify: morning]}
      meet: {after: rhythm, do: [notify: meet]}"""
RHYTHM = "timings: {rhythm: {default: 7d, min: 1d, max: 99d, help: H, fact: rhythm}}"
CHANGES = [
    {"timing": "d3", "value": "40d"},  # over a change of the clocks
    {"timing": "d3", "value": "20bd", "program": "program-2"},
    {"timing": "d3", "value": "45d", "person": "mentor-2"},
    {"timing": "d7", "value": "30d"},
    {"timing": "d7", "value": "6bd", "program": "program-1"},
    {"timing": "rhythm", "value": "21d", "program": "program-3"},
    {"timing": "rhythm", "value": "36h", "person": "mentor-2"},
]


def population(host: Host) -> list[Mentorship]:
    """Start one of each kind: programs with calendars and without, persons, agreements."""
    kinds = product(("program-1", "program-2", "program-3"), ("mentor-1", "mentor-2"), ("", "16d"))
    return [
        host.start(program=program, mentors=[mentor], facts={"rhythm": agreed} if agreed else {})
        for program, mentor, agreed in kinds
    ]


def timers(host: Host, of: Mentorship) -> list[tuple[Any, ...]]:
    return sorted(
        (one.name, one.due_at, one.value, one.scope) for one in host.engine.upcoming(of.id)
    )


def test_timers_move_to_where_new_ones_are_set(open_on: OpenHost) -> None:
    host = open_on(one_state(TIMERS, more=RHYTHM))
    for program, zone in (("program-1", "Europe/Vienna"), ("program-2", "America/New_York")):
        host.engine.programs.set(program, reason=WHY, time_zone=zone)
    before = population(host)
    plan = host.engine.timings.preview(CHANGES, workflow=host.workflow.name)

    report = host.engine.timings.apply(plan, reason=WHY)

    assert report.done == report.listed == plan.counts.listed == 31
    assert plan.counts.mentorships == 12
    for moved, new in zip(before, population(host), strict=True):
        assert timers(host, moved) == timers(host, new)


def test_a_preview_waits_for_nobody_and_keeps_nobody_waiting(host: Host) -> None:
    host.start()
    with driver(host.url) as other:
        other.execute("UPDATE mentorflow_revision SET revision = revision")  # and holds the lock

        plan = preview(host)

    assert plan.counts.moved == 1


def test_what_a_process_listed_that_ended_is_forgotten(host: Host) -> None:
    host.start()
    listed_and_left(host, preview(host))
    host.wait(days=1, hours=1)

    report = host.engine.timings.apply(preview(host), reason=WHY)

    assert rows(host.url, "SELECT DISTINCT plan FROM mentorflow_plan_timer") == [(report.id,)]


def test_timers_set_by_the_values_of_before_while_a_plan_is_under_way_follow(host: Host) -> None:
    started = [host.start(mentors=[f"mentor-{place}"]) for place in range(3)]
    old = rows(host.url, "SELECT value, scope, due_at FROM mentorflow_timer ORDER BY due_at")[0]
    held: list[tuple[int, int]] = []

    def set_as_before(done: int, listed: int) -> None:
        if not held:
            held.append((done, listed))
            moment = f"'{old[2]}'"
            with driver(host.url) as other:
                other.execute(
                    f"UPDATE mentorflow_timer SET value = '{old[0]}', scope = '{old[1]}', "
                    f"due_at = {moment} WHERE mentorship_id = '{started[1].id}' "
                    "AND name = 'contact.nudge'"
                )

    report = host.engine.timings.apply(preview(host), reason=WHY, progress=set_as_before)

    assert held == [(3, 3)]
    assert (report.status, report.listed, report.done) == ("applied", 4, 4)
    assert len({host.due(one)["contact.nudge"] for one in started}) == 1


def test_a_timer_that_stands_still_is_moved_by_the_rule_of_its_own_version(host: Host) -> None:
    started = host.active()
    host.wait(days=2)
    host.send(started, "concern.raised")
    twice = LIFE.replace("cadence: {every: d7,", "cadence: {every: d7, times: 2,")
    newer = tiny(
        f"version: 2{twice}",
        guards={"something_is_noted": something_is_noted},
        records={"take_facts": take_facts},
        payloads={"noted": Note},
    )

    with Engine(host.url, clock=host.clock, workflows=[host.workflow, newer]) as engine:
        plan = engine.timings.preview([{"timing": "d7", "value": "10d"}], workflow="tiny")
        engine.timings.apply(plan, reason=WHY)
        engine.send(started.id, "concern.resolved", by="mentor-1")

    assert plan.counts.suspended == 1
    assert host.due(started)["active.cadence"] == at(days=10)


def preview(host: Host) -> Plan:
    return host.engine.timings.preview([{"timing": "d3", "value": "5d"}], workflow="tiny")


def listed_and_left(host: Host, plan: Plan) -> None:
    """List what a plan moves, as a process would that ends before it changes anything."""
    store, library = host.engine._store, host.engine._library
    with store.snapshot() as transaction:
        values = after_changes({}, plan.changes)
        found = Population(transaction, library, "tiny", values, affected(plan.changes))
    stray = IdMaker().new_id(host.now)
    Listing(store, found, stray, batch=10).list()
    assert rows(host.url, "SELECT count(*) FROM mentorflow_plan_timer") == [(1,)]
