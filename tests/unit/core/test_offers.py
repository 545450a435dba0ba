"""Which events a mentorship takes, and what is said of those it does not."""

import pytest

from builders import life, mentorship_workflow, tiny
from mentorflow.core.offers import allowed_events, not_offered, offered_in, owner_of, require_known
from mentorflow.errors import UnknownEvent
from model import standing_in


def test_a_state_takes_its_own_events_and_those_of_every_state() -> None:
    workflow = tiny(
        """
states:
  open:
    events: {work: {}, over: {to: closed, outcome: over}}
    timers: {limit: {after: d1, fire: over}}
  closed: {final: true}
anywhere: {stop: {to: closed, outcome: stopped}}
"""
    )
    open_one = standing_in(workflow, "open")

    assert allowed_events(workflow, open_one) == ["stop", "work"]
    assert [owner_of(workflow, open_one, name) for name in ("work", "stop")] == ["open", "open"]
    assert allowed_events(workflow, standing_in(workflow, "closed")) == []
    assert owner_of(workflow, standing_in(workflow, "closed"), "stop") is None


def test_a_detour_passes_events_on_to_the_state_below() -> None:
    feasting = standing_in(life(), "celebration", below=["active"])

    assert owner_of(life(), feasting, "noted") == "active"
    assert owner_of(life(), feasting, "finished") is None
    assert "noted" in allowed_events(life(), feasting)


def test_what_only_time_sends_is_not_offered() -> None:
    feasting = standing_in(life(), "celebration", below=["active"])

    assert "active.lapsed" not in allowed_events(life(), feasting)
    assert owner_of(life(), feasting, "active.lapsed") == "active"


def test_a_refusal_names_the_states_that_would_take_the_event() -> None:
    refused = not_offered(life(), standing_in(life(), "contact"), "concern.raised")

    assert "active, celebration would take it" in refused.reason
    assert refused.allowed_events == ("mentor.accepted", "mentor.declined")


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("mentor.acepted", "mentor.accepted"), ("escalation.snooze", "escalation.snoozed")],
)
def test_an_unknown_event_is_told_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UnknownEvent, match=f"did you mean '{near}'"):
        require_known(life(), wrong)


def test_every_event_people_may_send_is_offered_somewhere() -> None:
    workflow = mentorship_workflow()
    offered = offered_in(workflow)

    assert {name for name, rule in workflow.events.items() if rule.by} <= offered.keys()
    assert [name for name, states in offered.items() if not states] == []


def test_what_is_offered_in_a_state_is_what_a_mentorship_there_is_offered() -> None:
    workflow = mentorship_workflow()
    offered = offered_in(workflow)

    for state, rule in workflow.states.items():
        below = ["active"] if rule.is_detour else []
        allowed = allowed_events(workflow, standing_in(workflow, state, below=below))
        listed = {name for name in allowed if name in workflow.events}
        assert listed <= {name for name, states in offered.items() if state in states}
