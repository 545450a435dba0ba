"""One machine serves every mentorship of a workflow, in any thread, and picks the right branch."""

from collections.abc import Iterator

import pytest

from builders import START, life, mentorship_workflow, tiny
from jobs import in_threads
from mentorflow.core.calendar import EVERYWHERE
from mentorflow.core.machine import Subject, branches_of, fire, machine_of
from mentorflow.core.mentorship import Event
from mentorflow.core.timings import Spans, WorkflowTimings
from mentorflow.core.workflow import ANY, RETURN, Branch, View, Workflow
from model import standing_in


def view_of(workflow: Workflow, state: str, **facts: object) -> View:
    subject = standing_in(workflow, state, facts=facts)
    event = Event(name="", data={"to": "closed"})
    spans = Spans(workflow, WorkflowTimings(workflow), subject)
    return View(subject, event, START, frozenset({"host"}), EVERYWHERE, spans)


def test_a_workflow_has_one_machine() -> None:
    assert machine_of(life()) is machine_of(life())
    assert machine_of(life()).models == []


def test_the_machine_has_the_states_of_the_workflow_and_no_event_of_its_own() -> None:
    workflow = mentorship_workflow()
    machine = machine_of(workflow)

    assert set(machine.states) == set(workflow.states)
    assert set(machine.events) <= set(workflow.events)


CHOICE = """
states:
  one:
    events:
      go: [{when: [is_high], to: two}, {when: [is_low], to: three}, {when: [is_even]}]
      over: {to: closed, outcome: over}
    timers: {limit: {after: d1, fire: over}}
  two:
    events: {over: {to: closed, outcome: over}}
    timers: {limit: {after: d1, fire: over}}
  three:
    events: {over: {to: closed, outcome: over}}
    timers: {limit: {after: d1, fire: over}}
  closed: {final: true}
"""


def choice() -> Workflow:
    return tiny(
        CHOICE,
        guards={
            "is_high": lambda view: None if view.facts["n"] > 10 else "it is not high",
            "is_low": lambda view: None if view.facts["n"] < 5 else "it is not low",
            "is_even": lambda view: None if view.facts["n"] % 2 == 0 else "it is odd",
        },
    )


@pytest.mark.parametrize(
    ("number", "lands"), [(12, "two"), (11, "two"), (3, "three"), (4, "three"), (6, "one")]
)
def test_the_first_branch_whose_claims_hold_is_taken(number: int, lands: str) -> None:
    workflow = choice()
    subject = Subject("one", view_of(workflow, "one", n=number), returns_to=None)

    assert fire(workflow, subject, "go")
    assert subject.state == lands


def test_where_no_claim_holds_the_last_reason_is_given() -> None:
    workflow = choice()
    subject = Subject("one", view_of(workflow, "one", n=7), returns_to=None)

    assert not fire(workflow, subject, "go")
    assert (subject.state, subject.taken) == ("one", None)
    assert subject.refusal == ("is_even", "it is odd")


@pytest.mark.parametrize("below", ["active", "celebration"])
def test_a_return_leads_to_what_lies_below(below: str) -> None:
    workflow = life()
    subject = Subject("conflict", view_of(workflow, "conflict"), returns_to=below)

    assert fire(workflow, subject, "concern.resolved")
    assert subject.state == below


def test_a_return_to_nothing_is_refused() -> None:
    workflow = life()
    subject = Subject("conflict", view_of(workflow, "conflict"), returns_to=None)

    assert not fire(workflow, subject, "concern.resolved")
    assert subject.state == "conflict"


def unconditional(workflow: Workflow) -> Iterator[tuple[str, str, Branch]]:
    """Yield what happens where no claim can stand in the way."""
    seen: set[tuple[str, str]] = set()
    for state, event, branch in branches_of(workflow):
        if (state, event) not in seen and not branch.when:
            yield state, event, branch
        seen.add((state, event))


def test_the_machine_leads_where_the_table_of_the_workflow_says() -> None:
    workflow = mentorship_workflow()
    moves = list(unconditional(workflow))

    for state, event, branch in moves:
        subject = Subject(state, view_of(workflow, state), returns_to="active")
        assert fire(workflow, subject, event), (state, event)
        expected = {RETURN: "active", ANY: "closed", None: state}.get(branch.to, branch.to)
        assert (subject.state, subject.taken) == (expected, branch), (state, event)
    assert len(moves) > 100


def test_threads_that_share_the_machine_do_not_meet() -> None:
    workflow = choice()
    lands = {12: "two", 3: "three", 6: "one"}

    def work(number: int) -> int:
        n = list(lands)[number % 3]
        for _ in range(2000):
            subject = Subject("one", view_of(workflow, "one", n=n), returns_to=None)
            assert fire(workflow, subject, "go")
            assert subject.state == lands[n]
        return number

    assert in_threads(6, work) == list(range(6))


def test_a_guard_that_fails_leaves_the_machine_as_it_was() -> None:
    workflow = choice()
    broken = Subject("one", view_of(workflow, "one"), returns_to=None)
    with pytest.raises(KeyError):
        fire(workflow, broken, "go")

    subject = Subject("one", view_of(workflow, "one", n=12), returns_to=None)
    assert fire(workflow, subject, "go")
