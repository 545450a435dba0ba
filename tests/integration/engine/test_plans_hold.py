"""Whatever the population and the change: a plan does what it said, and can be undone."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Host, open_host
from mentorflow import Mentorship
from mentorflow.core.duration import Duration
from mentorflow.core.escalating import TIMER_PREFIX
from mentorflow.core.planning import due_instant

EVENTS = ("mentor.accepted", "concern.raised", "concern.resolved", "milestone.reached", "noted")
TIMINGS = ("d3", "d7", "d14", "d30", "d180")
VALUES = ("1d", "2d", "36h", "5d", "5bd", "10d", "20d", "45d", "200d")
lives = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.sampled_from(EVENTS), max_size=3), st.integers(0, 60)),
    min_size=1,
    max_size=6,
)
scopes = st.sampled_from(
    [{}, {"program": "program-0"}, {"person": "mentor-1"}, {"person": "mentee-2"}]
)
changes = st.dictionaries(
    st.tuples(st.sampled_from(TIMINGS), scopes.map(lambda scope: tuple(scope.items()))),
    st.sampled_from(VALUES),
    min_size=1,
    max_size=4,
)


def live(host: Host, lived: list[tuple[int, list[str], int]]) -> None:
    for number, events, hours in lived:
        started = host.start(
            mentee=f"mentee-{number}",
            mentors=[f"mentor-{number % 2}"],
            program=f"program-{number % 2}",
        )
        for event in events:
            if event in host.engine.explain(started.id)["allowed_events"]:
                host.send(started, event, by=f"mentor-{number % 2}")
        host.wait(hours=hours)


def pending(host: Host) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {
        (found.id, *timer.key): tuple(timer)
        for found in map(host.engine.get, ids(host))
        for timer in found.timers
    }


def ids(host: Host) -> list[str]:
    return [found.id for found in host.engine.find(limit=1000)]


def require_by_the_rule(host: Host, mentorship: Mentorship) -> None:
    """Check that every timer that runs is due as its rule says, or was spread."""
    for timer in mentorship.timers:
        if timer.due_at is None or timer.name.startswith(TIMER_PREFIX):
            continue
        rule, calendar = host.workflow.timers[timer.name], host.workflow.calendar
        due = due_instant(calendar, rule, timer.anchor_at, Duration.parse(timer.value))
        spread = due <= host.now <= timer.due_at <= host.now + timedelta(hours=24)
        assert timer.due_at == due or spread, timer


@given(lived=lives, wanted=changes)
@settings(max_examples=15, deadline=None)
def test_a_plan_does_what_it_said_and_can_be_undone(
    lived: list[tuple[int, list[str], int]], wanted: dict[tuple[str, Any], str]
) -> None:
    host = open_host("sqlite://")
    asked = [
        {"timing": timing, "value": value, **dict(scope)}
        for (timing, scope), value in wanted.items()
    ]
    with host.engine as engine:
        live(host, lived)
        before = pending(host)

        plan = engine.timings.preview(asked, workflow="tiny")
        report = engine.timings.apply(plan, reason="a change")

        assert (report.done, report.listed) == (plan.counts.listed,) * 2
        moved = {key for key, timer in pending(host).items() if timer != before[key]}
        assert len(moved) == report.done
        for found in ids(host):
            require_by_the_rule(host, engine.get(found))
        assert engine.timings.preview(workflow="tiny").counts.listed == 0

        undone = engine.timings.undo(report.id, reason="never mind")

        assert undone.left == ()
        assert pending(host) == before
        in_force = engine.timings.list(workflow="tiny")
        assert all(not one.overrides for one in in_force)
