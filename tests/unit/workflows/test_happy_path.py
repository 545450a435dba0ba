"""A mentorship that goes well, from the request to the years after it."""

from datetime import timedelta

from mentorflow.core.workflow import Workflow
from walking import START, Walk, active


def test_the_examples_lead_from_contact_to_alumni(workflow: Workflow) -> None:
    walk = Walk(workflow)
    visited = [walk.state]

    for event, by in (
        ("mentor.accepted", "mentor-1"),
        ("meeting.booked", "mentee-1"),
        ("meeting.held", None),
        ("fit.confirmed", "mentee-1"),
        ("fit.confirmed", "mentor-1"),
        ("agreement.proposed", "mentee-1"),
        ("agreement.signed", "mentee-1"),
        ("agreement.signed", "mentor-1"),
        ("goal.set", "mentee-1"),
        ("goal.progressed", "mentee-1"),
        ("goal.reached", "mentee-1"),
        ("feedback.given", "mentor-1"),
        ("feedback.acknowledged", "mentee-1"),
        ("pulse.answered", "mentee-1"),
        ("milestone.reached", "mentee-1"),
        ("celebration.acknowledged", "mentor-1"),
        ("celebration.planned", "mentee-1"),
        ("celebration.done", "mentee-1"),
        ("concern.raised", "mentee-1"),
        ("concern.acknowledged", "coordinator-1"),
        ("dialogue.booked", "mentee-1"),
        ("dialogue.held", "mentee-1"),
        ("concern.resolved", "mentee-1"),
        ("concern.resolved", "mentor-1"),
        ("criteria.met", "mentor-1"),
        ("closing_meeting.held", "mentee-1"),
        ("gratitude.sent", "mentee-1"),
        ("survey.answered", "mentee-1"),
        ("contact.consent_given", "mentee-1"),
        ("transition.completed", "coordinator-1"),
        ("contact.consent_given", "mentor-1"),
        ("follow_up.answered", "mentee-1"),
        ("reengagement.agreed", "mentee-1"),
        ("reengagement.agreed", "mentor-1"),
    ):
        walk.wait(hours=20).send(event, by=by)
        if walk.state != visited[-1]:
            visited.append(walk.state)

    assert visited == [
        "contact",
        "rapport",
        "agreement",
        "active",
        "celebration",
        "active",
        "conflict",
        "active",
        "transition",
        "alumni",
    ]
    assert walk.mentorship.outcome == "completed"
    assert ("list_alumni", None) in walk.effects("call")
    assert ("spawn_mentorship", None) in walk.effects("call")


def test_a_planned_mentorship_ends_by_its_dates_alone(workflow: Workflow) -> None:
    walk = active(workflow, facts={"dates": {"ends_on": "2026-06-30"}})

    walk.wait(days=200)

    assert walk.state == "alumni"
    assert walk.mentorship.outcome == "completed"


def test_twelve_weeks_with_the_dates_of_a_cohort_feel_right(workflow: Workflow) -> None:
    dates = {
        "starts_on": "2026-03-02",
        "midterm_due": "2026-04-14",
        "final_due": "2026-05-22",
        "ends_on": "2026-05-26",
    }
    walk = active(workflow, facts={"dates": dates})
    for _ in range(5):
        walk.wait(days=6, hours=23).send("meeting.held", meeting=None, kind="regular")
    walk.wait(days=120)

    said = [effect.name for _, effect in walk.messages() if effect.recipient == "mentee-1"]

    assert walk.state == "alumni"
    assert said.count("midterm_evaluation") == 1
    assert said.count("final_evaluation") == 1
    assert "halfway_reflection" not in said
    assert walk.told("coordinator-1") == []


def test_the_end_date_is_set_where_none_was_given(workflow: Workflow) -> None:
    walk = active(workflow)

    assert walk.facts["dates"]["ends_on"] == f"{(walk.now + timedelta(days=180)):%Y-%m-%d}"
    assert walk.due("active.end_soon") is not None


def test_a_given_end_date_is_kept(workflow: Workflow) -> None:
    walk = active(workflow, facts={"dates": {"ends_on": "2026-07-31"}})

    assert walk.facts["dates"]["ends_on"] == "2026-07-31"


def test_the_rhythm_counts_from_the_start_of_the_work(workflow: Workflow) -> None:
    walk = active(workflow)

    assert walk.due("active.cadence") == walk.now + timedelta(days=30)


def test_an_agreed_rhythm_is_the_rhythm_of_the_reminders(workflow: Workflow) -> None:
    walk = active(workflow)

    walk.send("agreement.amended", cadence="14d").send("agreement.signed", version=2)
    walk.send("agreement.signed", by="mentor-1", version=2)

    assert walk.due("active.cadence") == walk.now + timedelta(days=14)


def test_nobody_gets_the_same_message_twice_at_the_same_instant(workflow: Workflow) -> None:
    walk = active(workflow)
    walk.wait(days=400)

    seen = [(at, effect.recipient, effect.name) for at, effect in walk.messages()]

    assert len(seen) == len(set(seen))


def test_a_meeting_booked_at_short_notice_brings_no_late_reminders(workflow: Workflow) -> None:
    walk = active(workflow)
    before = len(walk.told("mentee-1"))

    walk.send("meeting.booked", meeting="soon", starts_in="30m").wait(minutes=31)

    assert walk.told("mentee-1")[before:] == ["meeting_set"]


def test_a_meeting_is_reminded_of_once_a_day_and_once_an_hour_before(workflow: Workflow) -> None:
    walk = active(workflow)
    before = len(walk.told("mentor-1"))

    walk.send("meeting.booked", meeting="next", starts_in="5d").wait(days=5)

    assert walk.told("mentor-1")[before:] == [
        "meeting_set",
        "meeting_tomorrow",
        "meeting_soon",
    ]


def test_the_first_message_goes_to_the_mentor_at_once(workflow: Workflow) -> None:
    walk = Walk(workflow)

    assert walk.messages()[0][0] == START
    assert walk.told("mentor-1") == ["request_received"]
