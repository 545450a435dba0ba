"""Mentorships that take another way: declined, silent, interrupted, ended early."""

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.errors import EventRejected
from walking import PARTIES, Walk, active

THREE = {**PARTIES, "mentor": ("mentor-1", "mentor-2", "mentor-3")}


def ended(walk: Walk) -> tuple[str, str | None]:
    return walk.state, walk.mentorship.outcome


def test_a_request_without_an_answer_closes_after_two_reminders(workflow: Workflow) -> None:
    walk = Walk(workflow).wait(days=14)

    assert ended(walk) == ("closed", "no_reply")
    assert walk.told("mentor-1") == [
        "request_received",
        "request_reminder",
        "request_last_reminder",
    ]
    assert walk.told("coordinator-1") == ["unanswered_coordinator"]
    assert ("suggest_next_mentor", None) in walk.effects("call")


def test_a_question_of_the_mentors_gives_them_their_time_anew(workflow: Workflow) -> None:
    walk = Walk(workflow).wait(days=2).send("mentor.asked_question", by="mentor-1").wait(days=10)

    assert walk.state == "contact"
    assert "request_reminder" not in walk.told("mentor-1")
    assert "question_reminder" in walk.told("mentee-1")


def test_one_of_several_mentors_declining_leaves_the_others_asked(workflow: Workflow) -> None:
    walk = Walk(workflow, parties=THREE).send("mentor.declined", by="mentor-2").wait(days=3)

    assert walk.state == "contact"
    assert walk.told("mentor-2") == ["request_received"]
    assert walk.told("mentor-3") == ["request_received", "request_reminder"]


def test_the_last_of_several_mentors_declining_closes(workflow: Workflow) -> None:
    walk = Walk(workflow, parties=THREE)
    for mentor in THREE["mentor"]:
        walk.send("mentor.declined", by=mentor)

    assert ended(walk) == ("closed", "declined")


def test_messages_go_to_the_mentors_who_accepted(workflow: Workflow) -> None:
    walk = Walk(workflow, parties=THREE).send("mentor.accepted", by="mentor-2")

    assert "introduction" in walk.told("mentor-2")
    assert walk.told("mentor-1") == ["request_received"]


def test_a_mentor_who_accepts_later_signs_too(workflow: Workflow) -> None:
    walk = Walk(workflow, parties=THREE).send("mentor.accepted", by="mentor-1")
    walk.send("meeting.held").send("fit.confirmed").send("fit.confirmed", by="mentor-1")
    walk.send("mentor.accepted", by="mentor-3").send("agreement.proposed")
    walk.send("agreement.signed").send("agreement.signed", by="mentor-1")

    assert walk.state == "agreement"
    assert walk.send("agreement.signed", by="mentor-3").state == "active"


def test_the_only_accepted_mentor_cannot_slip_away(workflow: Workflow) -> None:
    walk = active(workflow)

    with pytest.raises(EventRejected, match=r"party\.withdrew"):
        walk.send("mentor.declined", by="mentor-1")


def test_an_unbooked_first_meeting_reaches_the_coordinator_once(workflow: Workflow) -> None:
    walk = Walk(workflow).send("mentor.accepted", by="mentor-1").wait(days=40)

    assert walk.told("coordinator-1") == ["stalled_coordinator"]


def test_a_fit_without_a_decision_closes(workflow: Workflow) -> None:
    walk = Walk(workflow).send("mentor.accepted", by="mentor-1").wait(days=45)

    assert ended(walk) == ("closed", "never_started")


def test_no_fit_is_confirmed_before_the_two_have_met(workflow: Workflow) -> None:
    walk = Walk(workflow).send("mentor.accepted", by="mentor-1")

    with pytest.raises(EventRejected, match="have not met yet"):
        walk.send("fit.confirmed")


@pytest.mark.parametrize(
    ("facts", "state", "outcome"),
    [({}, "closed", "never_agreed"), ({"agreement_required": False}, "active", None)],
)
def test_an_agreement_that_never_comes_ends_as_the_policy_says(
    workflow: Workflow, facts: dict[str, bool], state: str, outcome: str | None
) -> None:
    walk = Walk(workflow, facts=facts).send("mentor.accepted", by="mentor-1")
    walk.send("meeting.held").send("fit.confirmed").send("fit.confirmed", by="mentor-1")

    assert ended(walk.wait(days=30)) == (state, outcome)


def test_silence_is_asked_about_and_then_ends_it_through_transition(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=89)
    assert "still_there" not in walk.told("mentee-1")

    walk.wait(days=8)

    assert (walk.state, walk.facts["mode"]) == ("transition", "early")
    assert "still_there" in walk.told("mentee-1")
    assert ended(walk.wait(days=28)) == ("closed", "ended_early")


def test_an_objection_of_the_coordinator_keeps_a_silent_pair_going(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=95)

    walk.send("inactivity.objected", by="coordinator-1").wait(days=10)

    assert walk.state == "active"


def test_a_silent_pair_is_asked_one_thing_at_a_time(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=97)

    instants = [at for at, effect in walk.messages() if effect.name == "still_there"]
    others = [
        effect.name
        for at, effect in walk.messages()
        if at in instants and effect.recipient == "mentee-1" and effect.name != "still_there"
    ]

    assert others == []


def test_a_celebration_is_left_by_itself_after_two_weeks(workflow: Workflow) -> None:
    walk = active(workflow).send("milestone.reached").wait(days=13)
    assert walk.state == "celebration"

    assert walk.wait(days=1).state == "active"


def test_a_small_milestone_is_noticed_without_a_celebration(workflow: Workflow) -> None:
    walk = active(workflow).send("milestone.reached", size="small")

    assert walk.state == "active"
    assert "small_milestone" in walk.told("mentee-1")


def test_the_end_comes_during_a_celebration_too(workflow: Workflow) -> None:
    walk = active(workflow, facts={"dates": {"ends_on": "2026-06-30"}})
    walk.wait(days=70).send("milestone.reached")

    assert walk.wait(days=10).state == "transition"


def test_a_pause_silences_the_work_and_ends_by_itself(workflow: Workflow) -> None:
    walk = active(workflow).send("pause.requested", length="50d")
    before = len(walk.told("mentee-1"))
    walk.wait(days=49)
    assert walk.told("mentee-1")[before:] == []

    walk.wait(days=1)

    assert walk.told("mentee-1")[before:] == ["pause_over"]
    assert walk.due("active.cadence") is not None


def test_two_missed_meetings_in_a_row_reach_the_coordinator(workflow: Workflow) -> None:
    walk = active(workflow).send("meeting.missed", by=None)
    assert walk.told("coordinator-1") == []

    walk.send("meeting.missed", by=None)

    assert walk.told("coordinator-1") == ["stalled_coordinator"]


def test_a_meeting_nobody_speaks_of_is_asked_about(workflow: Workflow) -> None:
    walk = active(workflow).send("meeting.booked", meeting="x").wait(days=10)

    assert "stalled_parties" in walk.told("mentee-1")
    assert walk.told("coordinator-1") == ["stalled_coordinator"]


def test_a_meeting_held_elsewhere_takes_the_cause_of_an_escalation_away(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=61)
    assert [one.ladder for one in walk.mentorship.escalations] == ["stalled"]

    walk.send("meeting.held", by=None, meeting=None)

    assert walk.mentorship.escalations == ()


def test_a_low_score_reaches_the_coordinator_and_a_better_one_ends_it(workflow: Workflow) -> None:
    walk = active(workflow).send("pulse.answered", score=2)
    assert walk.told("coordinator-1") == ["low_pulse_coordinator"]

    walk.send("pulse.answered", score=4)

    assert walk.mentorship.escalations == ()


def test_the_highest_score_is_passed_on(workflow: Workflow) -> None:
    walk = active(workflow).send("pulse.answered", score=5)

    assert ("give_kudos", None) in walk.effects("call")


def test_whoever_gave_a_score_is_not_reminded(workflow: Workflow) -> None:
    walk = active(workflow).wait(days=30).send("pulse.answered").wait(days=3)

    assert "pulse_reminder_mentee" not in walk.told("mentee-1")
    assert "pulse_reminder_mentor" in walk.told("mentor-1")


def test_feedback_without_a_next_step_is_asked_about_once(workflow: Workflow) -> None:
    walk = active(workflow).send("feedback.given", by="mentor-1").wait(days=10)

    assert walk.told("mentee-1").count("next_step_mentee") == 1
    assert "next_step_mentor" not in walk.told("mentor-1")


def test_more_time_takes_everybodys_word_and_goes_back_to_work(workflow: Workflow) -> None:
    walk = active(workflow, facts={"dates": {"ends_on": "2026-06-30"}}).wait(days=80)
    assert walk.send("extension.agreed").state == "transition"

    walk.send("extension.agreed", by="mentor-1")

    assert walk.state == "active"
    assert walk.facts["dates"]["ends_on"] == "2026-09-28"
    assert "mode" not in walk.facts


def test_whoever_leaves_does_so_without_reasons_and_through_transition(workflow: Workflow) -> None:
    walk = active(workflow).send("party.withdrew", by="mentor-1")
    assert (walk.state, walk.facts["mode"]) == ("transition", "early")

    walk.send("exit.completed", by="coordinator-1")

    assert ended(walk) == ("closed", "ended_early")
    assert walk.facts["rematch_from"] == f"{walk.now.replace(day=walk.now.day + 14):%Y-%m-%d}"


def test_an_early_end_cannot_be_completed_as_planned(workflow: Workflow) -> None:
    walk = active(workflow).send("party.withdrew")

    with pytest.raises(EventRejected, match=r"exit\.completed"):
        walk.send("transition.completed")


@pytest.mark.parametrize("wait", [0, 5, 400])
def test_a_safety_report_closes_and_is_told_until_somebody_acts(
    workflow: Workflow, wait: int
) -> None:
    walk = active(workflow, facts={"dates": {"ends_on": "2026-05-30"}}).wait(days=wait)
    walk.send("safety.reported").wait(days=3)

    assert ended(walk) == ("closed", "safety")
    assert ("block_contact", None) in walk.effects("call")
    assert walk.told("coordinator-1")[-1] == "safety_coordinator"
    assert walk.told("owner-1").count("safety_owner") == 3
    assert walk.told("mentor-1")[-1] not in {"ended_early", "closing_survey"}


@pytest.mark.parametrize(
    ("to", "outcome"), [("closed", "ended_by_program"), ("alumni", "completed"), ("rapport", None)]
)
def test_the_program_can_move_a_mentorship_with_a_reason(
    workflow: Workflow, to: str, outcome: str | None
) -> None:
    walk = active(workflow).send("concern.raised")

    walk.send("coordinator.override", by="coordinator-1", to=to)

    assert ended(walk) == (to, outcome)
    assert "concern" not in walk.facts


def test_an_erased_person_ends_it(workflow: Workflow) -> None:
    walk = active(workflow).send("person.erased", by=None)

    assert ended(walk) == ("closed", "erased")
    assert ("erase_person", None) in walk.effects("call")


def test_alumni_hear_three_times_unless_they_would_rather_not(workflow: Workflow) -> None:
    walk = active(workflow).send("coordinator.override", by="coordinator-1", to="alumni")
    walk.wait(days=100).send("contact.withdrawn", by="mentor-1").wait(days=400)

    assert walk.told("mentee-1").count("follow_up") == 1
    assert walk.mentorship.timers == ()


def test_too_many_requests_wait_for_the_next_meeting(workflow: Workflow) -> None:
    walk = Walk(workflow).send("mentor.accepted", by="mentor-1")
    for number in range(3):
        walk.send("mentee.request", title=f"Request {number}")

    assert walk.told("mentor-1").count("request_to_mentor") == 2
    assert walk.facts["agenda"] == ["Request 2"]
