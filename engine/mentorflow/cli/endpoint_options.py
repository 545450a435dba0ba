"""The options that say how an endpoint is set up, and what they say of it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from mentorflow.errors import InvalidPayload

_NONE = "none"
TypeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--type", help="A type, or a pattern as meeting.*; all, unless said; may be given often."
    ),
]
ProgramOption = Annotated[
    list[str] | None, typer.Option(help="Of this program only; may be given often; or none.")
]
FormOption = Annotated[
    str | None, typer.Option(help="thin, full, thin_cloudevents or full_cloudevents.")
]
OrderingOption = Annotated[
    str | None,
    typer.Option(
        metavar="best_effort|strict",
        help="strict has later notices of a mentorship wait for earlier ones.",
    ),
]
PerMinuteOption = Annotated[
    int | None, typer.Option(min=0, help="Requests a minute at most; 0 is no limit.")
]
RetryOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WAIT",
        help="How long after a failed attempt, as 10s or 5m, once for each; or usual, or none.",
    ),
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option(metavar="'NAME: VALUE'", help="A header of its own; replaces all; or none."),
]
DescriptionOption = Annotated[str | None, typer.Option(help="What it is for.")]
ContactOption = Annotated[
    str | None,
    typer.Option(metavar="PERSON", help="Who is told when it fails for long; or none."),
]


def said(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what options say of an endpoint, as the engine takes it, without what they do not."""
    return {
        name: _MEANT.get(name, _same)(value) for name, value in options.items() if value is not None
    }


def _same(value: Any) -> Any:
    return value


def _programs(given: list[str]) -> list[str]:
    return [] if given == [_NONE] else given


def _schedule(given: list[str]) -> list[str] | None:
    if given == ["usual"]:
        return None
    return [] if given == [_NONE] else given


def _headers(given: list[str]) -> dict[str, str]:
    return {} if given == [_NONE] else dict(map(_header, given))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise InvalidPayload(f"the header {text!r} must be 'NAME: VALUE'")
    return name.strip(), value.strip()


_MEANT: Mapping[str, Callable[[Any], Any]] = {
    "programs": _programs,
    "per_minute": lambda many: many or None,
    "schedule": _schedule,
    "headers": _headers,
    "contact": lambda person: None if person == _NONE else person,
}
