"""What comes with events of goals, milestones and what went well."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mentorflow_workflows.payloads.fields import (
    Day,
    Line,
    Lines,
    Name,
    Payload,
    Score,
    Span,
    Text,
    example,
)

Kind = Literal["project", "skill", "professional_goal", "personal_obstacle"]
Progress = Annotated[str, Field(max_length=4000)]
_LEAST_WORDS = 4
_GOAL = {
    "goal": "goal-1",
    "statement": "Write and release the import command of the project",
    "metric": "Commands released",
    "baseline": "0",
    "target": "1",
    "first_step": "Read the code of the export command",
    "relevance": "It is the first feature I will own from start to end",
    "within": "21d",
}
_REQUIRED = ("statement", "metric", "target", "first_step", "relevance")


class SmartGoal(Payload):
    """Write down a goal; each of the five letters is checked by name (E4)."""

    model_config = example(_GOAL, required=_REQUIRED)

    goal: Name | None = None
    """What the host calls it; the next free goal-N where nothing is said."""
    statement: Progress = ""
    metric: Progress = ""
    baseline: Line | None = None
    target: Progress = ""
    first_step: Progress = ""
    relevance: Progress = ""
    due: Day | None = None
    within: Span | None = None

    @model_validator(mode="after")
    def is_smart(self) -> Self:
        """Say which letter fails, and what would be right."""
        failures = [
            *self._specific(),
            *self._measurable(),
            *self._achievable(),
            *self._relevant(),
            *self._time_bound(),
        ]
        if failures:
            raise ValueError("the goal is not SMART yet. " + " ".join(failures))
        return self

    def _specific(self) -> list[str]:
        if len(self.statement.split()) >= _LEAST_WORDS:
            return []
        return [
            f"S (specific): say in `statement` what will change, in {_LEAST_WORDS} or more words."
        ]

    def _measurable(self) -> list[str]:
        missing = [f"`{name}`" for name in ("metric", "target") if not getattr(self, name)]
        if not missing:
            return []
        return [
            f"M (measurable): {' and '.join(missing)} missing; name what is counted and how far."
        ]

    def _achievable(self) -> list[str]:
        if self.first_step:
            return []
        return ["A (achievable): name in `first_step` what could be done this week."]

    def _relevant(self) -> list[str]:
        if self.relevance:
            return []
        return ["R (relevant): say in `relevance` why it matters to the mentee now."]

    def _time_bound(self) -> list[str]:
        given = sum(value is not None for value in (self.due, self.within))
        if given == 1:
            return []
        found = "both are given" if given else "neither is given"
        return [f"T (time-bound): give either `due` as a date or `within` such as 21d; {found}."]


class GoalAmended(SmartGoal):
    """Change a goal, with the reason (E10); the only open one where none is named."""

    model_config = example(
        {**_GOAL, "within": "35d", "reason": "Exams take two weeks"},
        required=(*_REQUIRED, "reason"),
    )

    reason: Text


class GoalProgressed(Payload):
    """Say how far a goal has come (E6); the only open one where none is named."""

    model_config = example(
        {"value": "half of the command", "note": "Reading is done, parsing is next."}
    )

    goal: Name | None = None
    value: Line
    note: Text | None = None


class GoalReached(Payload):
    """Say that a goal is reached (E6); the only open one where none is named."""

    model_config = example({"evidence": "The command is part of the release."})

    goal: Name | None = None
    evidence: Text | None = None


class MilestoneReached(Payload):
    """Mark what was achieved, with evidence or a mentor's word (B1, B3, B4)."""

    model_config = example(
        {
            "kind": "project",
            "size": "big",
            "title": "First change released",
            "evidence": "It is in the release notes.",
        }
    )

    kind: Kind
    size: Literal["small", "big"] = "big"
    title: Line
    goal: Name | None = None
    evidence: Text | None = None
    confirmed_by: Name | None = None
    """The mentor whose word it rests on, where there is no evidence."""
    lessons: Lines = ()
    next_area: Line | None = None


class AccomplishmentShared(Payload):
    """Share something that went well (B2)."""

    model_config = example({"title": "I gave my first talk", "kind": "skill"})

    title: Line
    kind: Kind | None = None
    text: Text | None = None


class PulseAnswered(Payload):
    """Give a score, and a line if one likes (M8, E13)."""

    model_config = example({"score": 4, "works": "Short calls", "could_be_better": "Longer notice"})

    score: Score
    works: Text | None = None
    could_be_better: Text | None = None


class EvaluationGiven(Payload):
    """Hand in an evaluation of the program's (cohort dates; S37)."""

    model_config = example({"kind": "midterm", "passed": True})

    kind: Literal["midterm", "final"]
    passed: bool | None = None
    note: Text | None = None


class CriteriaMet(Payload):
    """Say that what was to be done is done (T5, T6), with evidence of a finished project."""

    model_config = example({"evidence": "The feature is released."})

    evidence: Text | None = None


class CelebrationPlanned(Payload):
    """Choose how to mark it (B6, B7); public praise only if both like it."""

    model_config = example({"form": "message"})

    form: Literal["message", "meal_or_coffee", "gift", "public_word", "quiet"]
    both_agree: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def is_welcome(self) -> Self:
        """Ask for both people's consent before anything public."""
        if self.form == "public_word" and not self.both_agree:
            raise ValueError("public praise needs a yes from both; ask them and send `both_agree`")
        return self
