"""Whatever happens in whatever order, a mentorship keeps what the design promises."""

import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.mentorship import Mentorship
from mentorflow.core.workflow import Workflow
from mentorflow.definitions.load import load
from mentorflow.errors import EventRejected
from mentorflow_workflows.mentorship import pack
from mentorflow_workflows.payloads import PAYLOADS
from walking import PARTIES, Walk, active

WORKFLOW = load(pack)
TWO_MENTORS = {**PARTIES, "mentor": ("mentor-1", "mentor-2")}
SENDERS = ("mentee-1", "mentor-1", "mentor-2", "coordinator-1", "owner-1", None)
ENDING = {"person.erased", "safety.reported", "mentee.withdrew", "fit.declined"}
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(sorted(PAYLOADS.keys() - ENDING)),
        st.sampled_from(SENDERS),
        st.sampled_from((0, 0, 1, 6, 31)),
    ),
    min_size=20,
    max_size=60,
)


@given(HAPPENINGS)
def test_no_mentorship_gets_stuck_from_contact(
    happenings: list[tuple[str, str | None, int]],
) -> None:
    _live(Walk(WORKFLOW, parties=TWO_MENTORS), happenings)


@given(HAPPENINGS)
def test_no_mentorship_gets_stuck_from_active(
    happenings: list[tuple[str, str | None, int]],
) -> None:
    _live(active(WORKFLOW, parties=TWO_MENTORS), happenings)


@given(HAPPENINGS)
def test_left_alone_every_mentorship_but_an_undecided_concern_comes_to_rest(
    happenings: list[tuple[str, str | None, int]],
) -> None:
    walk = active(WORKFLOW, parties=TWO_MENTORS)
    _live(walk, happenings)
    if walk.state == "conflict":
        walk.send("end.decided", by="coordinator-1")

    walk.wait(days=1500)

    assert walk.state in {"alumni", "closed"}
    assert not [one for one in walk.mentorship.timers if not one.name.startswith("ladder.")]


def _live(walk: Walk, happenings: list[tuple[str, str | None, int]]) -> None:
    for event, by, days in happenings:
        with suppress(EventRejected):
            walk.send(event, by=by)
            _check(WORKFLOW, walk.mentorship)
        walk.wait(days=days)
        _check(WORKFLOW, walk.mentorship)


def _check(workflow: Workflow, mentorship: Mentorship) -> None:
    state = workflow.states[mentorship.state]
    json.dumps(mentorship.facts)
    if state.is_final or state.is_resting:
        assert mentorship.outcome is not None
        return
    assert _leaving(workflow, mentorship), f"nothing leaves {mentorship.state}"
    assert (mentorship.state == "conflict") is ("concern" in mentorship.facts)
    live = {mentorship.state, *(detour.state for detour in mentorship.stack)}
    if "active" in live:
        assert mentorship.facts["dates"]["ends_on"]


def _leaving(workflow: Workflow, mentorship: Mentorship) -> list[str]:
    return [
        timer.name
        for timer in mentorship.timers
        if timer.due_at is not None
        and timer.name in workflow.timers
        and workflow.timers[timer.name].owner == mentorship.state
        and _leads_on(workflow, timer.name)
    ]


def _leads_on(workflow: Workflow, timer: str) -> bool:
    rule = workflow.timers[timer]
    branches = workflow.states[rule.owner].events.get(rule.fires or "", ())
    return any(branch.to is not None for branch in branches)
