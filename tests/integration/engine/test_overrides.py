"""Operators set timings for the deployment, a program, a mentorship or a person, and see why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from builders import Host, at
from mentorflow import Engine, ManualClock
from mentorflow.errors import InvalidPayload, NotFound, PopulationMoved, TimingRefused
from one_state import one_state
from tables import NOWHERE, refused

OpenHost = Callable[..., Host]
WHY = "exams"


def set_(host: Host, name: str, value: str, **scope: Any) -> int:
    """Set a timing for a scope; return the revision it made."""
    change = host.engine.timings.set(
        name, value, reason=WHY, by="operator-1", workflow=host.workflow.name, **scope
    )
    return change.revision


def nudge(host: Host, **changed: object) -> tuple[object, str, str]:
    """Start a mentorship; return when its nudge is due, the value and the scope it follows."""
    upcoming = host.engine.upcoming(host.start(**changed).id)
    (found,) = (timer for timer in upcoming if timer.name == "contact.nudge")
    return (found.due_at, found.value, found.scope)


def in_force(host: Host, name: str, **asked: str) -> tuple[str, str]:
    """Return the value in force of a timing, and its scope."""
    found = host.engine.timings.list(workflow=host.workflow.name, **asked)
    return next((one.value, one.scope) for one in found if one.name == name)


def test_the_most_specific_scope_wins(host: Host) -> None:
    set_(host, "d3", "4d")
    set_(host, "d3", "5d", program="program-1")
    set_(host, "d3", "6d", person="mentor-2")

    assert nudge(host, program="program-2") == (at(days=4), "4d", "deployment")
    assert nudge(host) == (at(days=5), "5d", "program")
    assert nudge(host, mentors=["mentor-2"]) == (at(days=6), "6d", "person")


def test_of_two_persons_the_longer_value_counts(host: Host) -> None:
    set_(host, "d3", "6d", person="mentor-1")
    set_(host, "d3", "9d", person="mentee-1")

    assert nudge(host) == (at(days=9), "9d", "person")


def test_a_mentorship_has_a_value_of_its_own_for_timers_to_come(host: Host) -> None:
    started = host.active()
    set_(host, "d180", "200d", mentorship=started.id)
    host.send(started, "concern.raised")
    host.send(started, "concern.resolved")

    assert in_force(host, "d180", mentorship=started.id) == ("200d", "mentorship")
    assert in_force(host, "d180") == ("180d", "default")


def test_what_a_pair_agreed_on_outranks_its_program_but_not_its_own_override(
    open_on: OpenHost,
) -> None:
    timings = "timings: {rhythm: {default: 7d, min: 1d, max: 99d, help: H, fact: rhythm}}"
    host = open_on(one_state("meet: {after: rhythm, do: [notify: meet]}", more=timings))
    set_(host, "rhythm", "10d", program="program-1")

    agreed = host.start(facts={"rhythm": "14d"})
    set_(host, "rhythm", "21d", mentorship=agreed.id)

    assert host.due(agreed)["open.meet"] == at(days=14)
    assert in_force(host, "rhythm", mentorship=agreed.id) == ("21d", "mentorship")
    assert in_force(host, "rhythm", program="program-1") == ("10d", "program")


def test_another_engine_counts_by_the_new_value_at_once(open_on: OpenHost) -> None:
    one, other = open_on(), open_on()
    nudge(other)

    set_(one, "d3", "5d")

    assert nudge(other) == (at(days=5), "5d", "deployment")


def test_taken_back_is_as_never_set(host: Host) -> None:
    never = nudge(host)
    set_(host, "d3", "5d", program="program-1")

    host.engine.timings.unset("d3", reason="over", program="program-1", workflow="tiny")

    assert nudge(host) == never
    assert in_force(host, "d3", program="program-1") == ("3d", "default")


def test_the_history_says_who_set_what_when_and_why(host: Host) -> None:
    set_(host, "d3", "4d")
    set_(host, "d3", "5d")
    host.engine.timings.unset("d3", reason="over", workflow="tiny")

    found = host.engine.timings.history("d3", workflow="tiny")

    assert [(one.from_value, one.to_value, one.reason) for one in found] == [
        ("5d", None, "over"),
        ("4d", "5d", WHY),
        (None, "4d", WHY),
    ]
    assert (found[1].by, found[1].at, found[1].scope) == ("operator-1", at(), "deployment")
    before = found[0].revision
    assert len(host.engine.timings.history(before=before, limit=1, workflow="tiny")) == 1


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("d3", "0d", "d3 may be 1m to 9999d, not 0d"),
        ("d3", "99999d", "not 99999d"),
        ("d3", "soon", "is not a duration"),
        ("d33", "3d", "did you mean 'd3'"),
    ],
)
def test_what_a_timing_may_not_be_is_refused(host: Host, name: str, value: str, says: str) -> None:
    bounded = says.endswith(value) or "may be" in says
    error, code = (
        (TimingRefused, "timing_refused") if bounded else (InvalidPayload, "invalid_payload")
    )
    with refused(host.url, error, code) as caught:
        set_(host, name, value)
    assert says in str(caught.value)


LADDER = """
ladders:
  stalled:
    rungs:
      - {to: [mentor], after: d1, message: first}
      - {to: [coordinator], after: d4, message: second}
"""


def test_a_ladder_stays_in_order_in_every_scope(open_on: OpenHost) -> None:
    host = open_on(one_state("stall: {after: d3, do: [escalate: stalled]}", more=LADDER))
    set_(host, "d1", "3d", program="program-1")

    with refused(host.url, TimingRefused, "timing_refused") as caught:
        set_(host, "d4", "2d")
    assert "'stalled'" in str(caught.value)
    assert "program program-1" in str(caught.value)
    assert "d4 (2d) must be longer than d1 (3d)" in str(caught.value)

    set_(host, "d4", "6d")
    set_(host, "d1", "5d", person="mentor-1")
    with refused(host.url, TimingRefused, "timing_refused"):
        host.engine.timings.unset("d4", reason="over", workflow="tiny")


def test_a_ladder_stays_in_order_where_a_mentorship_and_its_people_have_values(
    open_on: OpenHost,
) -> None:
    host = open_on(one_state("stall: {after: d3, do: [escalate: stalled]}", more=LADDER))
    shared = host.start(mentors=["mentor-1"], mentee="mentee-1")
    other = host.start(mentors=["mentor-2"], mentee="mentee-2")
    set_(host, "d4", "9d", person="mentee-1")
    set_(host, "d4", "3d", mentorship=other.id)

    with refused(host.url, TimingRefused, "timing_refused") as caught:
        set_(host, "d1", "3d", person="mentor-2")
    assert f"for the person mentor-2 in the mentorship {other.id}" in str(caught.value)

    set_(host, "d1", "2d", person="mentor-2")
    set_(host, "d1", "8d", mentorship=shared.id)
    with refused(host.url, TimingRefused, "timing_refused"):
        host.engine.timings.unset("d4", reason="over", person="mentee-1", workflow="tiny")


def test_a_ladder_stays_in_order_where_two_people_share_a_mentorship(open_on: OpenHost) -> None:
    host = open_on(one_state("stall: {after: d3, do: [escalate: stalled]}", more=LADDER))
    host.start(mentors=["mentor-1"], mentee="mentee-1")
    host.start(mentors=["mentor-2"], mentee="mentee-2")
    set_(host, "d4", "2d", person="mentee-1")

    set_(host, "d1", "3d", person="mentor-2")
    with refused(host.url, TimingRefused, "timing_refused") as caught:
        set_(host, "d1", "3d", person="mentor-1")
    assert "for the persons mentee-1 and mentor-1: d4 (2d)" in str(caught.value)


def test_nothing_ends_before_those_it_concerns_were_asked(host: Host) -> None:
    with Engine(host.url, channels=[]) as engine:
        timings = engine.timings
        with refused(host.url, TimingRefused, "timing_refused") as caught:
            timings.set("active.inactive_end", "60d", reason=WHY, program="autumn")
        assert str(caught.value).endswith(
            "active.inactive_end would be over before active.inactive_warn for the program autumn: "
            "active.inactive_end (60d) must be longer than active.inactive_warn (90d)"
        )
        both = [
            {"timing": "active.inactive_end", "value": "60d", "program": "autumn"},
            {"timing": "active.inactive_warn", "value": "45d", "program": "autumn"},
        ]
        plan = timings.preview(both)

        assert timings.apply(plan, reason=WHY).status == "applied"


def test_nothing_ends_before_two_people_who_share_a_mentorship_were_asked(host: Host) -> None:
    with Engine(host.url, channels=[]) as engine:
        engine.start(mentee="mentee-1", mentors=["mentor-1"], program="autumn")
        engine.timings.set("active.inactive_warn", "95d", reason=WHY, person="mentor-1")
        engine.timings.set("active.inactive_end", "92d", reason=WHY, person="mentee-2")

        with refused(host.url, TimingRefused, "timing_refused") as caught:
            engine.timings.set("active.inactive_end", "92d", reason=WHY, person="mentee-1")
    assert "for the persons mentee-1 and mentor-1: active.inactive_end (92d)" in str(caught.value)


@pytest.mark.parametrize("bound", ["least", "most"])
def test_no_value_that_may_be_set_leaves_a_mentorship_without_a_way_out(
    host: Host, bound: str
) -> None:
    clock = ManualClock(at())
    with Engine(host.url, clock=clock, channels=[]) as engine:
        # The rungs of an urgent ladder must not all be at once, and lead nowhere.
        timings = [one for one in engine.timings.list() if not one.name.startswith("safety.")]
        changes = [{"timing": one.name, "value": getattr(one, bound)} for one in timings]
        engine.timings.apply(engine.timings.preview(changes), reason=WHY)
        asked, accepted = (
            engine.start(
                mentee=f"mentee-{n}", mentors=["mentor-1"], program="autumn", key=f"key-{n}"
            )
            for n in (1, 2)
        )
        engine.send(accepted.id, "mentor.accepted", by="mentor-1")
        for _ in range(200):
            clock.set(clock.now() + timedelta(days=1))
            engine.run_due()
        states = [engine.get(one.id).state for one in (asked, accepted)]

    assert states == ["closed", "closed"]


def test_of_two_operators_one_wins_and_the_other_is_told(host: Host) -> None:
    seen = set_(host, "d3", "4d")
    host.engine.timings.set("d3", "5d", reason=WHY, revision=seen, workflow="tiny")

    with refused(host.url, PopulationMoved, "population_moved"):
        host.engine.timings.set("d3", "6d", reason=WHY, revision=seen, workflow="tiny")


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 1001, None, 5])
def test_a_reason_is_asked_for(host: Host, reason: Any) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.timings.set("d3", "4d", reason=reason, workflow="tiny")


def test_a_reason_may_be_written_in_any_script(host: Host) -> None:
    reason = "vacances\u00a0: retour le 5 👩\u200d💻"

    host.engine.timings.set("d3", "4d", reason=reason, workflow="tiny")

    assert host.engine.timings.history(workflow="tiny")[0].reason == reason


def test_what_is_not_there_cannot_be_set_or_taken_back(host: Host) -> None:
    with refused(host.url, NotFound, "not_found"):
        set_(host, "d3", "4d", mentorship=NOWHERE)
    with refused(host.url, NotFound, "not_found"):
        host.engine.timings.unset("d3", reason="over", workflow="tiny")
    with refused(host.url, InvalidPayload, "invalid_payload"):
        set_(host, "d3", "4d", program="program-1", person="mentor-1")
