"""Every guard says yes where its claim holds, and gives a reason where it does not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from mentorflow.core.mentorship import Detour, Escalation, EscalationStatus
from mentorflow.core.workflow import Workflow
from mentorflow_workflows.guards import GUARDS
from walking import PARTIES, START, timer, view

Case = Mapping[str, Any]

BEFORE = (START - timedelta(days=1)).isoformat()
LONG_AGO = (START - timedelta(days=120)).isoformat()
AFTER = (START + timedelta(days=1)).isoformat()
MENTEE, MENTOR, COORDINATOR = "mentee-1", "mentor-1", "coordinator-1"
BOTH = [MENTEE, MENTOR]
TWO_MENTORS = {**PARTIES, "mentor": ("mentor-1", "mentor-2")}
STALLED = Escalation(
    id="e1",
    ladder="stalled",
    cause="active.missed_cadence",
    state="active",
    status=EscalationStatus.OPEN,
    rung=1,
    opened_at=START,
    changed_at=START,
)


def facts(**known: Any) -> Case:
    return {"facts": known}


def data(**told: Any) -> Case:
    return {"data": told}


def meeting(starts_at: str, ends_at: str, **more: Any) -> Case:
    held = {"starts_at": starts_at, "ends_at": ends_at, "kind": "regular", **more}
    return {**facts(meetings={"m": held}), "timer": timer("meeting.no_show", instance="m")}


def concern(**known: Any) -> Case:
    return facts(concern={"kind": "other", **known})


def feedback(receiver: str) -> Case:
    return {
        **facts(open_feedback={"f": {"for": receiver}}),
        "timer": timer("feedback.next_step_mentee", instance="f"),
    }


def draft(*signed: str) -> Case:
    return facts(draft={"version": 1, "signed_by": dict.fromkeys(signed, BEFORE)})


def detour(state: str) -> Case:
    return {"state": "conflict", "stack": (Detour(state=state, entered_at=START),)}


BEGINNINGS: Mapping[str, tuple[Case, Case]] = {
    "speaks_for_a_mentor": ({"by": MENTOR}, {"by": COORDINATOR, "parties": TWO_MENTORS}),
    "mentor_has_capacity": (
        data(max_mentees=3, mentoring_now=2),
        data(max_mentees=3, mentoring_now=3),
    ),
    "a_mentor_remains": ({}, facts(declined_by=[MENTOR])),
    "an_accepted_mentor_remains": (facts(accepted_by=[MENTOR]), facts(accepted_by=[])),
    "mentee_owes_an_answer": (facts(question_asked_at=BEFORE), {}),
    "no_question_is_open": ({}, facts(question_asked_at=BEFORE)),
    "requests_are_few": (facts(requests=[LONG_AGO, BEFORE, BEFORE]), facts(requests=[BEFORE] * 3)),
    "speaks_for_a_party": ({"by": MENTEE}, {"by": COORDINATOR}),
    "fit_is_mutual": (facts(fit=BOTH), facts(fit=[MENTEE])),
    "mentee_confirmed_fit": (facts(fit=[MENTEE]), facts(fit=[MENTOR])),
    "a_mentor_confirmed_fit": (facts(fit=[MENTOR]), facts(fit=[MENTEE])),
    "sent_by_the_mentee": ({"by": MENTEE}, {"by": MENTOR}),
    "three_attempts_were_made": (data(attempts=3), data(attempts=2)),
    "mentee_is_waited_for": (data(waiting_for="mentee"), data(waiting_for="mentor")),
}
MEETINGS: Mapping[str, tuple[Case, Case]] = {
    "meeting_lies_ahead": (
        data(starts_in="3d", length="45m"),
        data(starts_at=BEFORE, length="45m"),
    ),
    "held_by_now": (data(held_at=BEFORE), data(held_at=AFTER)),
    "a_meeting_was_held": (facts(meetings_held=1), {}),
    "no_meeting_was_held": ({}, facts(meetings_held=1)),
    "first_meeting_was_held": (facts(meetings_held=1), {}),
    "a_meeting_lies_ahead": (meeting(AFTER, AFTER), meeting(AFTER, AFTER, kind="dialogue")),
    "first_meeting_is_booked_or_held": (meeting(AFTER, AFTER), {}),
    "two_were_missed_in_a_row": (facts(missed_in_a_row=2), facts(missed_in_a_row=1)),
    "the_agenda_is_set": (meeting(AFTER, AFTER, agenda=True), meeting(AFTER, AFTER)),
    "the_meeting_was_booked_since": (
        meeting(AFTER, AFTER, booked_at=AFTER),
        meeting(AFTER, AFTER, booked_at=BEFORE),
    ),
    "the_last_reminder_is_due": (
        meeting((START + timedelta(minutes=30)).isoformat(), AFTER),
        meeting(AFTER, AFTER),
    ),
    "the_meeting_has_begun": (meeting(BEFORE, AFTER), meeting(AFTER, AFTER)),
    "no_meeting_awaits_word": (meeting(AFTER, AFTER), meeting(BEFORE, BEFORE)),
    "they_met_lately": (facts(rhythm_from=BEFORE), facts(rhythm_from=LONG_AGO)),
    "they_were_heard_from_lately": (
        facts(last_activity_at=BEFORE),
        facts(last_activity_at=LONG_AGO),
    ),
    "they_went_silent": (facts(last_activity_at=LONG_AGO), facts(last_activity_at=BEFORE)),
    "stalling_is_on_its_way_up": ({"escalations": (STALLED,)}, {}),
}
AGREEMENT: Mapping[str, tuple[Case, Case]] = {
    "version_is_new": (data(version=1), {**data(version=1), **draft()}),
    "draft_has_that_version": ({**data(version=1), **draft()}, {**data(version=2), **draft()}),
    "signs_for_themselves": ({"by": MENTEE}, {"by": COORDINATOR}),
    "everyone_signed": (draft(*BOTH), draft(MENTEE)),
    "mentee_signed": (draft(MENTEE), draft(MENTOR)),
    "mentors_signed": (draft(MENTOR), {**draft(MENTOR), "parties": TWO_MENTORS}),
    "a_draft_is_open": (draft(), {}),
    "no_draft_is_open": ({}, draft()),
    "agreement_is_optional": (facts(agreement_required=False), {}),
    "waiver_is_allowed": ({"by": COORDINATOR}, {"by": MENTEE}),
    "pause_is_short_enough": (data(length="60d"), data(length="61d")),
    "a_pause_runs": (facts(paused_until=AFTER), {}),
    "the_end_is_near": (
        facts(dates={"ends_on": "2026-03-09"}),
        facts(dates={"ends_on": "2026-03-10"}),
    ),
    "the_cadence_asks_first": (facts(agreement={"cadence": "14d"}), {}),
}
GOAL = {"goal-1": {"status": "open"}}
TWO_GOALS = {**GOAL, "goal-2": {"status": "open"}}
PROJECT = {"criteria": [{"kind": "project", "title": "Released"}]}
WORK: Mapping[str, tuple[Case, Case]] = {
    "goal_is_unknown": (data(goal="goal-1"), {**data(goal="goal-1"), **facts(goals=GOAL)}),
    "goal_is_known": (facts(goals=GOAL), facts(goals=TWO_GOALS)),
    "due_within_mentorship": (
        {**data(within="21d"), **facts(dates={"ends_on": "2026-03-23"})},
        {**data(within="22d"), **facts(dates={"ends_on": "2026-03-23"})},
    ),
    "a_goal_is_set": (facts(goals=GOAL), {}),
    "milestone_is_vouched_for": (data(evidence="Here"), {**data(), "by": MENTEE}),
    "milestone_is_big": (data(size="big"), data(size="small")),
    "feedback_is_known": ({**data(feedback="f"), **feedback("mentee")}, data(feedback="f")),
    "feedback_is_for_a_mentor": (feedback("mentor"), feedback("mentee")),
    "feedback_is_for_the_mentee": (feedback("mentee"), feedback("mentor")),
    "two_were_disputed_in_a_row": (facts(disputes_in_a_row=2), facts(disputes_in_a_row=1)),
    "score_is_low": (data(score=2), data(score=3)),
    "score_is_top": (data(score=5), data(score=4)),
    "no_score_is_low": (
        facts(pulse={"scores": {MENTEE: 3}}),
        facts(pulse={"scores": {MENTEE: 5, MENTOR: 1}}),
    ),
    "mentee_gave_a_score": (
        facts(pulse={"answered_by": [MENTEE]}),
        facts(pulse={"answered_by": [MENTOR]}),
    ),
    "a_mentor_gave_a_score": (
        facts(pulse={"answered_by": [MENTOR]}),
        facts(pulse={"answered_by": [MENTEE]}),
    ),
    "a_midterm_is_set": (facts(dates={"midterm_due": "2026-04-01"}), {}),
    "midterm_is_in_or_past": (
        facts(dates={"midterm_due": "2026-03-01"}),
        facts(dates={"midterm_due": "2026-03-02"}),
    ),
    "final_is_in_or_past": (
        facts(dates={"final_due": "2026-04-01"}, evaluations={"final": [MENTOR]}),
        facts(dates={"final_due": "2026-04-01"}),
    ),
    "final_was_asked_before": (
        facts(dates={"final_due": "2026-03-05"}),
        facts(dates={"final_due": "2026-04-05"}),
    ),
    "criteria_hold": ({**data(evidence="Here"), **facts(agreement=PROJECT)}, facts()),
}
CONFLICT: Mapping[str, tuple[Case, Case]] = {
    "concern_is_shared": (data(visible_to="both"), data(visible_to="coordinator")),
    "concern_is_the_mentees": ({"by": MENTEE}, {"by": MENTOR}),
    "concern_is_the_only_mentors": ({"by": MENTOR}, {"by": MENTOR, "parties": TWO_MENTORS}),
    "concern_is_in_hand": (concern(taken_by=COORDINATOR), concern()),
    "a_dialogue_is_planned": (concern(dialogue_at=AFTER), concern()),
    "concern_is_about_values": (concern(kind="values"), concern()),
    "concern_is_not_about_values": (concern(), concern(kind="values")),
    "mediator_is_neutral": (data(mediator="somebody"), data(mediator=MENTOR)),
    "mediation_is_under_way": (concern(mediation={"mediator": None}), concern()),
    "resolution_is_mutual": (
        concern(raised_by=MENTEE, settled_by=BOTH),
        concern(raised_by=MENTEE, settled_by=[MENTOR], settled_for_program=True),
    ),
    "ending_is_mutual": (concern(end_wanted_by=BOTH), concern(end_wanted_by=[MENTOR])),
    "the_end_is_confirmed": (concern(end_confirmed=True), concern()),
    "the_work_has_begun": (detour("active"), detour("agreement")),
}
CLOSING: Mapping[str, tuple[Case, Case]] = {
    "a_mentor_congratulated": (
        facts(celebration={"congratulated": True}),
        facts(celebration={"congratulated": False}),
    ),
    "the_form_is_chosen": (facts(celebration={"form": "quiet"}), facts(celebration={})),
    "winding_down_is_agreed": ({"by": COORDINATOR}, facts(winding_down_wanted_by=[MENTEE])),
    "mode_is_early": (facts(mode="early"), facts(mode="planned")),
    "mode_is_planned": ({}, facts(mode="early")),
    "closing_is_done": (data(closing_meeting="waived"), data(closing_meeting="held")),
    "closing_is_booked_or_done": (meeting(AFTER, AFTER, kind="closing"), meeting(AFTER, AFTER)),
    "survey_names_a_party": (data(person=MENTOR), data(person="nobody")),
    "mentee_answered_the_survey": (facts(survey_answered_by=[MENTEE]), {}),
    "a_mentor_answered_the_survey": (facts(survey_answered_by=[MENTOR]), {}),
    "extension_is_later": (
        data(length="30d"),
        {**data(ends_on="2026-06-30"), **facts(dates={"ends_on": "2026-06-30"})},
    ),
    "everyone_wants_the_extension": (
        facts(extension={"wanted_by": BOTH}),
        facts(extension={"wanted_by": [MENTEE]}),
    ),
    "contact_is_unwanted": (facts(contact_withdrawn=[MENTEE]), {}),
    "both_want_contact": (facts(contact={one: {} for one in BOTH}), facts(contact={MENTEE: {}})),
    "both_want_a_new_start": (
        facts(new_start_wanted_by=BOTH),
        facts(new_start_wanted_by=[MENTEE]),
    ),
    "moves_to_closed": (data(to="closed"), data(to="alumni")),
    "moves_to_alumni": (data(to="alumni"), data(to="closed")),
}
CASES = {**BEGINNINGS, **MEETINGS, **AGREEMENT, **WORK, **CONFLICT, **CLOSING}


def test_every_guard_is_tried_both_ways() -> None:
    assert set(CASES) == set(GUARDS)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_guard_is_silent_where_its_claim_holds(workflow: Workflow, name: str) -> None:
    assert GUARDS[name](view(workflow, **CASES[name][0])) is None


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_guard_gives_one_sentence_where_its_claim_does_not_hold(
    workflow: Workflow, name: str
) -> None:
    reason = GUARDS[name](view(workflow, **CASES[name][1]))

    assert reason is not None
    assert not reason[0].islower()
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("name", "case", "says"),
    [
        ("version_is_new", {**data(version=1), **draft()}, "the next one is 2"),
        ("everyone_signed", draft(MENTEE), "Still to sign: mentor-1"),
        ("mentor_has_capacity", data(max_mentees=3, mentoring_now=3), "3 of at most 3 mentees"),
        ("mediator_is_neutral", data(mediator=MENTOR), "mentor-1 is a party"),
        (
            "mediator_is_neutral",
            {**data(mediator="boss"), **facts(managers=["boss"])},
            "a manager of one of the two",
        ),
        ("due_within_mentorship", data(due="2026-03-01"), "T (time-bound)"),
        ("goal_is_known", {**data(goal="x"), **facts(goals=GOAL)}, "known are goal-1"),
        ("pause_is_short_enough", data(until="2026-03-01"), "over already"),
        ("meeting_lies_ahead", data(starts_in="900d", length="1h"), "two years"),
        ("meeting_lies_ahead", data(starts_in="1d", length="30h"), "longer than a day"),
        ("draft_has_that_version", data(version=1), "agreement.proposed"),
    ],
)
def test_a_reason_says_what_would_be_right(
    workflow: Workflow, name: str, case: Case, says: str
) -> None:
    assert says in str(GUARDS[name](view(workflow, **case)))


@pytest.mark.parametrize(
    ("case", "holds"),
    [
        ({**data(evidence="Here"), "by": MENTOR}, True),
        ({**data(evidence="Here"), "by": MENTEE}, False),
        (facts(goals={"goal-1": {"status": "reached"}}), True),
        (facts(goals=GOAL), False),
        (facts(dates={"ends_on": "2026-03-02"}), True),
        (facts(dates={"ends_on": "2026-03-03"}), False),
        (facts(agreement=PROJECT), False),
        (
            facts(
                agreement={"criteria": [{"kind": "milestones", "title": "Two", "count": 2}]},
                milestones={"small": 1, "big": 1},
            ),
            True,
        ),
        (
            facts(
                agreement={
                    "criteria": [
                        *PROJECT["criteria"],
                        {"kind": "timeframe", "title": "A month", "on": "2026-03-01"},
                    ],
                    "conclude_when": "any",
                }
            ),
            True,
        ),
    ],
)
def test_criteria_hold_when_what_was_agreed_on_is_done(
    workflow: Workflow, case: Case, *, holds: bool
) -> None:
    assert (GUARDS["criteria_hold"](view(workflow, **case)) is None) is holds
