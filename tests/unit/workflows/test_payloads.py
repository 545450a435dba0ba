"""Event payloads take what is right and say what is wrong."""

from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from mentorflow_workflows.payloads import PAYLOADS
from mentorflow_workflows.payloads.agreement import (
    AgreementProposed,
    Criterion,
    ExtensionAgreed,
    PauseRequested,
)
from mentorflow_workflows.payloads.conflict import MediationRequested, StatementGiven
from mentorflow_workflows.payloads.feedback import FeedbackGiven
from mentorflow_workflows.payloads.goals import CelebrationPlanned, SmartGoal
from mentorflow_workflows.payloads.meetings import MeetingBooked, MeetingHeld

EVENTS = sorted(PAYLOADS)


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    examples = extra["examples"]
    assert isinstance(examples, list)
    first = examples[0]
    assert isinstance(first, dict)
    return dict(first)


def refusal_of(model: type[BaseModel], data: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(data)
    return " ".join(str(error["msg"]) for error in refused.value.errors())


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_an_example_that_is_accepted(event: str) -> None:
    PAYLOADS[event].model_validate(example_of(PAYLOADS[event]))


@pytest.mark.parametrize("event", EVENTS)
def test_the_example_fits_the_schema_that_is_published(event: str) -> None:
    jsonschema.validate(example_of(PAYLOADS[event]), PAYLOADS[event].model_json_schema())


@pytest.mark.parametrize("event", EVENTS)
def test_what_an_event_does_not_know_is_refused(event: str) -> None:
    said = refusal_of(PAYLOADS[event], {**example_of(PAYLOADS[event]), "no_such_field": 1})

    assert "Extra inputs are not permitted" in said


@pytest.mark.parametrize("event", EVENTS)
def test_an_example_names_no_day_that_will_go_by(event: str) -> None:
    assert not any("20" in str(value)[:2] for value in example_of(PAYLOADS[event]).values())


@pytest.mark.parametrize(
    ("letter", "change"),
    [
        ("S (specific)", {"statement": "Be better"}),
        ("M (measurable)", {"metric": ""}),
        ("M (measurable)", {"target": " "}),
        ("A (achievable)", {"first_step": ""}),
        ("R (relevant)", {"relevance": ""}),
        ("T (time-bound)", {"within": None}),
        ("T (time-bound)", {"due": date(2026, 5, 1)}),
    ],
)
def test_a_goal_is_told_which_letter_fails(letter: str, change: dict[str, Any]) -> None:
    said = refusal_of(SmartGoal, {**example_of(SmartGoal), **change})

    assert letter in said
    assert said.count("):") == 1


def test_an_empty_goal_is_told_all_five_letters() -> None:
    said = refusal_of(SmartGoal, {})

    assert [letter for letter in "SMART" if f" {letter} (" in said] == list("SMART")


@pytest.mark.parametrize("part", ["situation", "behavior", "effect", "suggestion"])
@pytest.mark.parametrize("empty", ["", "   "])
def test_feedback_is_told_which_part_is_missing(part: str, empty: str) -> None:
    said = refusal_of(FeedbackGiven, {**example_of(FeedbackGiven), part: empty})

    assert f"`{part}`" in said
    assert said.count("`") == 2


def test_dates_are_taken_as_text_and_as_dates() -> None:
    as_text = ExtensionAgreed.model_validate({"ends_on": "2026-06-30"})
    as_date = ExtensionAgreed.model_validate({"ends_on": date(2026, 6, 30)})

    assert as_text == as_date


def test_instants_are_taken_as_text_and_as_instants_and_kept_in_utc() -> None:
    as_text = MeetingHeld.model_validate({"held_at": "2026-03-02T10:00:00+01:00"})
    as_instant = MeetingHeld.model_validate({"held_at": datetime(2026, 3, 2, 9, tzinfo=UTC)})

    assert as_text == as_instant
    assert as_text.model_dump(mode="json", exclude_none=True)["held_at"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("naive", ["2026-03-02T10:00:00", datetime(2026, 3, 2, 10)])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused_saying_so(naive: object) -> None:
    said = refusal_of(MeetingHeld, {"held_at": naive})

    assert "has no time zone; write 2026-03-02T10:00:00Z" in said


@pytest.mark.parametrize("wrong", ["soon", 5, "2026-02-30"])
def test_what_is_no_date_is_refused(wrong: object) -> None:
    assert "date" in refusal_of(ExtensionAgreed, {"ends_on": wrong})


@pytest.mark.parametrize("until", ["2026-03-09", "2026-03-09T09:00:00Z"])
def test_a_pause_ends_on_a_day_or_at_an_instant(until: str) -> None:
    assert str(PauseRequested.model_validate({"until": until}).until).startswith("2026-03-09")


@pytest.mark.parametrize(
    ("model", "given"),
    [(PauseRequested, {}), (ExtensionAgreed, {}), (MeetingBooked, {"meeting": "meeting-1"})],
)
def test_one_way_to_say_when_is_needed(model: type[BaseModel], given: dict[str, Any]) -> None:
    assert "neither is given" in refusal_of(model, given)


@pytest.mark.parametrize("model", [PauseRequested, MeetingBooked])
def test_two_ways_to_say_when_are_one_too_many(model: type[BaseModel]) -> None:
    instant = "2026-03-09T09:00:00Z"
    both = {"until": instant} if model is PauseRequested else {"starts_at": instant}

    assert "both are given" in refusal_of(model, {**example_of(model), **both})


@pytest.mark.parametrize("wrong", ["0d", "soon", "-3d", ""])
def test_a_length_of_time_is_refused_where_it_is_none(wrong: str) -> None:
    assert refusal_of(PauseRequested, {"length": wrong})


@pytest.mark.parametrize("cadence", ["1d", "200d"])
def test_a_cadence_nobody_could_keep_is_refused(cadence: str) -> None:
    said = refusal_of(AgreementProposed, {**example_of(AgreementProposed), "cadence": cadence})

    assert "outside 3d to 92d" in said


@pytest.mark.parametrize(
    "part", ["objectives", "outcomes_mentee", "outcomes_mentor", "styles", "expectations"]
)
def test_an_agreement_leaves_no_part_empty(part: str) -> None:
    assert "at least 1" in refusal_of(
        AgreementProposed, {**example_of(AgreementProposed), part: []}
    )


def test_a_criterion_takes_only_what_belongs_to_its_kind() -> None:
    counted = {"kind": "project", "title": "Released", "count": 2}
    dated = {"kind": "milestones", "title": "Three of them", "on": "2026-05-01"}

    assert "`count` belongs to the kind milestones" in refusal_of(Criterion, counted)
    assert "`on` belongs to the kind timeframe" in refusal_of(Criterion, dated)


def test_a_mediator_is_nobodys_manager() -> None:
    said = refusal_of(MediationRequested, {"mediator": "boss", "managers": ["boss"]})

    assert "name somebody neutral" in said


def test_praise_in_public_needs_a_yes_from_both() -> None:
    assert "needs a yes from both" in refusal_of(CelebrationPlanned, {"form": "public_word"})
    assert CelebrationPlanned(form="public_word", both_agree=True).both_agree


def test_a_statement_says_something_or_that_there_is_nothing_to_add() -> None:
    assert "nothing_to_add" in refusal_of(StatementGiven, {})
    assert StatementGiven(nothing_to_add=True).text is None


def test_texts_are_bounded() -> None:
    assert "at most 4000" in refusal_of(StatementGiven, {"text": "a" * 4001})


def test_lists_are_taken_as_json_has_them() -> None:
    held = example_of(AgreementProposed)

    assert AgreementProposed.model_validate(held).objectives == tuple(held["objectives"])
