"""What comes with events of agreeing, changing what was agreed, and pausing."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from mentorflow.core.duration import Duration
from mentorflow_workflows.payloads.fields import (
    Day,
    Instant,
    Line,
    Lines,
    Payload,
    Span,
    Text,
    Version,
    example,
    only_one,
)

_LEAST_CADENCE = Duration.parse("3d")
_MOST_CADENCE = Duration.parse("92d")
_TERMS = {
    "version": 1,
    "objectives": ["Ship a feature from design to release"],
    "outcomes_mentee": ["Confidence in code review"],
    "outcomes_mentor": ["Practice in explaining the design"],
    "cadence": "14d",
    "hours_per_month": 4,
    "styles": ["direct"],
    "structure": "A call every other week, chat in between.",
    "expectations": ["Questions are written down before a call"],
    "criteria": [{"kind": "project", "title": "The feature is released"}],
}


class Criterion(Payload):
    """Say what concludes the mentorship: milestones, a project or a time (T5, T6)."""

    kind: Literal["milestones", "project", "timeframe"]
    title: Line
    count: Annotated[int, Field(ge=1, le=100)] | None = None
    """How many milestones, where they are counted."""
    on: Day | None = None
    """The day, where it is a time; the end date where nothing is said."""

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        """Take a count for milestones only, and a day for a time only."""
        if self.count is not None and self.kind != "milestones":
            raise ValueError(f"`count` belongs to the kind milestones, not {self.kind}")
        if self.on is not None and self.kind != "timeframe":
            raise ValueError(f"`on` belongs to the kind timeframe, not {self.kind}")
        return self


class AgreementProposed(Payload):
    """Put a complete agreement to everybody (E1, E2, E7, E8)."""

    model_config = example(_TERMS)

    version: Version
    objectives: Annotated[Lines, Field(min_length=1)]
    outcomes_mentee: Annotated[Lines, Field(min_length=1)]
    outcomes_mentor: Annotated[Lines, Field(min_length=1)]
    cadence: Span
    hours_per_month: Annotated[float, Field(gt=0, le=200)]
    styles: Annotated[Lines, Field(min_length=1)]
    structure: Text
    expectations: Annotated[Lines, Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(strict=False, max_length=10)] = ()
    conclude_when: Literal["all", "any"] = "all"
    ends_on: Day | None = None
    text_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the text as signed elsewhere; made from the terms where it is not given."""

    @field_validator("hours_per_month", mode="before")
    @classmethod
    def takes_whole_hours(cls, value: object) -> object:
        """Take 4 for 4.0."""
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("cadence")
    @classmethod
    def has_a_bearable_cadence(cls, value: str) -> str:
        """Keep the cadence between three days and a quarter of a year (M1, S24)."""
        length = Duration.parse(value).length
        if not _LEAST_CADENCE.length <= length <= _MOST_CADENCE.length:
            raise ValueError(f"a cadence of {value} is outside {_LEAST_CADENCE} to {_MOST_CADENCE}")
        return value


class AgreementAmended(AgreementProposed):
    """Put a changed agreement to everybody, with the reason (E10, K9)."""

    model_config = example({**_TERMS, "version": 2, "cadence": "21d", "reason": "Exams in May"})

    reason: Text


class AgreementSigned(Payload):
    """Sign one version for oneself (E8)."""

    model_config = example({"version": 1})

    version: Version


class AgreementWaived(Payload):
    """Go on with a few words instead of paper (E9)."""

    model_config = example({"terms": "We meet every other week and see how far we get."})

    terms: Text
    cadence: Span | None = None


class PauseRequested(Payload):
    """Take a break until a day, or for so long (S44)."""

    model_config = example({"length": "14d", "reason": "Exams"})

    until: Day | Instant | None = None
    length: Span | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def has_one_end(self) -> Self:
        """Take one way of saying when it ends."""
        only_one(self, "until", "length")
        return self


class ExtensionAgreed(Payload):
    """Agree to a later end: a day, or so much beyond the present one (T4, S23)."""

    model_config = example({"length": "90d", "focus": "Leading a release"})

    ends_on: Day | None = None
    length: Span | None = None
    focus: Text | None = None

    @model_validator(mode="after")
    def has_one_end(self) -> Self:
        """Take one way of saying when it ends."""
        only_one(self, "ends_on", "length")
        return self
