"""The document of the mentorship workflow says what the design asks of it."""

from itertools import pairwise

from mentorflow.core.offers import offered_in
from mentorflow.core.workflow import Workflow
from mentorflow.definitions.check import check
from mentorflow.definitions.load import load_document
from mentorflow_workflows.mentorship import pack


def test_the_document_has_no_findings_at_all() -> None:
    assert list(check(load_document(pack.document), pack)) == []


def test_a_mentorship_lives_through_nine_states(workflow: Workflow) -> None:
    assert list(workflow.states) == [
        "contact",
        "rapport",
        "agreement",
        "active",
        "conflict",
        "celebration",
        "transition",
        "alumni",
        "closed",
    ]


def test_every_state_but_the_last_two_has_a_timer_that_can_leave_it(workflow: Workflow) -> None:
    stuck = [
        state.name
        for state in workflow.states.values()
        if not (state.is_final or state.is_resting)
        and not any(_can_leave(workflow, state.name, timer.fires) for timer in state.timers)
    ]

    assert stuck == []


def test_no_limit_of_a_state_runs_out_during_a_conflict(workflow: Workflow) -> None:
    suspended = workflow.states["conflict"].suspends

    running = {
        timer.name
        for state in ("rapport", "agreement", "active", "transition")
        for timer in workflow.states[state].timers
        if timer.fires is not None and timer.name not in suspended
    }

    assert running == {"active.pause_over"}


def test_a_celebration_stops_no_clock_and_takes_what_the_work_takes(workflow: Workflow) -> None:
    celebration = workflow.states["celebration"]
    taken = set(celebration.events) | celebration.passes

    missing = set(workflow.states["active"].events) - taken

    assert celebration.suspends == frozenset()
    assert missing == set()


def test_every_event_is_offered_by_some_state(workflow: Workflow) -> None:
    assert [event for event, states in offered_in(workflow).items() if not states] == []


def test_every_timing_names_a_source_and_lies_within_its_bounds(workflow: Workflow) -> None:
    wrong = [
        timing.name
        for timing in workflow.timings.values()
        if not timing.source
        or not timing.help
        or not timing.least.length <= timing.default.length <= timing.most.length
    ]

    assert wrong == []


def test_the_rungs_of_a_ladder_come_later_and_later(workflow: Workflow) -> None:
    for ladder in workflow.ladders.values():
        delays = [workflow.timings[rung.timing].default.length for rung in ladder.rungs]
        assert all(earlier < later for earlier, later in pairwise(delays)), ladder.name


def test_only_the_safety_ladder_is_urgent_and_outlives_its_state(workflow: Workflow) -> None:
    urgent = [ladder.name for ladder in workflow.ladders.values() if ladder.is_urgent]
    lasting = [ladder.name for ladder in workflow.ladders.values() if ladder.outlives_state]

    assert (urgent, lasting) == (["safety"], ["safety"])


def test_every_message_is_sent_by_something(workflow: Workflow) -> None:
    branches = [
        branch
        for state in workflow.states.values()
        for branches in state.events.values()
        for branch in branches
    ]
    actions = [action for branch in branches for action in branch.actions]
    actions += [action for state in workflow.states.values() for action in state.actions]
    actions += [action for timer in workflow.timers.values() for action in timer.actions]
    sent = {action.name for action in actions if action.verb == "notify"}
    sent |= {rung.message for ladder in workflow.ladders.values() for rung in ladder.rungs}

    assert set(workflow.messages) - sent == set()


def _can_leave(workflow: Workflow, state: str, fired: str | None) -> bool:
    branches = workflow.states[state].events.get(fired or "", ())
    return any(branch.to is not None for branch in branches)
