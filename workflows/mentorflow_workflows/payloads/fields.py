"""The kinds of values event payloads are made of, and the base of all payloads."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from mentorflow.core.duration import Duration


class Payload(BaseModel):
    """Refuse whatever an event does not know, and never change once read."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        defer_build=True,  # most programs use few of the seventy: each is built on first use
    )


class Nothing(Payload):
    """Carry no data: that the event happened is all there is to say."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Remark(Payload):
    """Carry a few words, if there are any."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"note": "We talked it over on the phone."}]}
    )

    note: "Text | None" = None


def example(*examples: dict[str, Any], required: tuple[str, ...] = ()) -> ConfigDict:
    """Return the settings of a model with examples, and what a schema should call required.

    A field may be optional to the model and yet required, where a missing one deserves a better
    sentence than "field required".
    """
    extra: dict[str, Any] = {"examples": list(examples)}
    if required:
        extra["required"] = list(required)
    return ConfigDict(json_schema_extra=extra)


def only_one(value: BaseModel, first: str, second: str) -> None:
    """Check that exactly one of two fields is given.

    Raises:
        ValueError: if both or neither are.
    """
    given = [name for name in (first, second) if getattr(value, name) is not None]
    if len(given) != 1:
        found = "both are given" if given else "neither is given"
        raise ValueError(f"give either `{first}` or `{second}`; {found}")


def _read_day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a date; write it as 2026-03-31") from None


def _read_instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f"{value!r} is not an instant; write it as 2026-03-31T14:00:00+02:00"
        ) from None


def _need_zone(value: datetime) -> datetime:
    if value.utcoffset() is None:
        # Under pydantic's own name for it, by which the engine tells it from other faults.
        raise PydanticCustomError(
            "timezone_aware",
            "{told} has no time zone; write {told}Z or with an offset",
            {"told": value.isoformat()},
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{value.isoformat()} is too far away to count from") from None


def _need_duration(value: str) -> str:
    if Duration.parse(value).is_zero:
        raise ValueError(f"{value!r} takes no time at all; write 10d, 36h or 45m")
    return value


def _need_no_repeats(value: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({item for item in value if value.count(item) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)} is named more than once")
    return value


Name = Annotated[str, Field(min_length=1, max_length=200)]
"""What something or somebody is called: an id."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
"""A few words."""
Text = Annotated[str, Field(min_length=1, max_length=4000)]
"""A few paragraphs."""
Lines = Annotated[tuple[Line, ...], Field(strict=False, max_length=20)]
"""A list of a few words each."""
Names = Annotated[
    tuple[Name, ...], Field(strict=False, max_length=20), AfterValidator(_need_no_repeats)
]
"""A list of ids."""
Day = Annotated[date, BeforeValidator(_read_day)]
"""A date, in Python or as ISO text."""
Instant = Annotated[datetime, BeforeValidator(_read_instant), AfterValidator(_need_zone)]
"""An instant with a time zone, in Python or as ISO text; kept in UTC."""
Span = Annotated[str, Field(min_length=2, max_length=40), AfterValidator(_need_duration)]
"""A length of time as people write it: 21d, 36h, 45m, 3bd, P10D."""
Version = Annotated[int, Field(ge=1, le=10_000)]
"""The version of an agreement."""
Score = Annotated[int, Field(ge=1, le=5)]
"""From 1, which is poor, to 5, which is splendid."""

Remark.model_rebuild()
