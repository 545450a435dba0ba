"""A concern stops the clocks of the pair, has clocks of its own, and is settled without fault."""

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.errors import EventRejected
from walking import Walk, active


def test_a_concern_during_a_celebration_returns_to_the_work(workflow: Workflow) -> None:
    walk = active(workflow).send("milestone.reached").send("concern.raised")
    assert walk.state == "conflict"

    walk.send("concern.resolved").send("concern.resolved", by="mentor-1")

    assert walk.state == "active"


def test_a_concern_stops_the_reminders_and_gives_them_their_time_back(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=10)
    left = walk.due("active.cadence")
    assert left is not None
    walk.send("concern.raised").wait(days=5)
    assert walk.due("active.cadence") is None

    walk.send("concern.resolved").send("concern.resolved", by="mentor-1")

    again = walk.due("active.cadence")
    assert again is not None
    assert (again - left).days == 5


def test_a_concern_waits_for_the_word_of_whoever_raised_it(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised")

    walk.send("concern.resolved", by="mentor-1").send("concern.resolved", by="coordinator-1")

    assert walk.state == "conflict"
    assert walk.send("concern.resolved").state == "active"


def test_a_confidential_concern_is_not_told_to_the_other_side(workflow: Workflow) -> None:
    walk = active(workflow)
    before = len(walk.told("mentor-1"))

    walk.send("concern.raised").wait(days=60)

    assert walk.told("mentor-1")[before:] == []
    assert "concern_received_mentee" in walk.told("mentee-1")


def test_the_words_of_a_concern_are_no_facts(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised", text="only for the coordinator")

    assert "only for the coordinator" not in str(walk.facts)


def test_a_festering_concern_climbs_and_ends_only_with_a_persons_word(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised").wait(days=40)
    assert walk.state == "conflict"
    assert {"conflict_mediator"} <= set(walk.told("mediator-1"))
    assert walk.told("coordinator-1").count("decision_needed") == 2
    assert walk.told("owner-1").count("conflict_owner") >= 2

    walk.send("end.confirmed", by="coordinator-1").wait(days=7)

    assert (walk.state, walk.facts["mode"]) == ("transition", "early")


def test_the_coordinator_can_end_a_concern_at_once(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised").send("end.decided", by="coordinator-1")

    assert walk.state == "transition"
    assert "concern" not in walk.facts


def test_no_first_agreement_is_signed_during_a_concern(workflow: Workflow) -> None:
    walk = Walk(workflow).send("mentor.accepted", by="mentor-1").send("meeting.held")
    walk.send("fit.confirmed").send("fit.confirmed", by="mentor-1").send("agreement.proposed")
    walk.send("concern.raised")

    with pytest.raises(EventRejected, match="once the concern is settled"):
        walk.send("agreement.signed")


def test_a_mediator_both_consent_to_becomes_a_party(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised").send("mediation.requested")

    walk.send("mediation.accepted", by="mentor-1")

    assert walk.mentorship.parties["mediator"] == ["a-neutral-person"]


def test_a_pause_goes_on_when_a_concern_in_it_is_settled(workflow: Workflow) -> None:
    walk = active(workflow).send("pause.requested", length="30d").wait(days=2)
    walk.send("concern.raised").wait(days=1)

    walk.send("concern.resolved").send("concern.resolved", by="mentor-1")

    assert walk.due("active.cadence") is None
    walk.wait(days=27)
    assert walk.due("active.cadence") is not None


def test_a_pause_can_end_during_a_concern(workflow: Workflow) -> None:
    walk = active(workflow).send("pause.requested", length="5d").send("concern.raised")
    walk.wait(days=6)
    assert walk.due("active.cadence") is None

    walk.send("concern.resolved").send("concern.resolved", by="mentor-1")

    assert walk.due("active.cadence") is not None


def test_a_conflict_the_program_opened_can_be_settled(workflow: Workflow) -> None:
    walk = active(workflow).send("coordinator.override", by="coordinator-1", to="conflict")

    walk.send("concern.resolved").send("concern.resolved", by="mentor-1")

    assert walk.state == "active"
