"""`mentorflow send`: an event for a mentorship, with its data from a text, a file or stdin."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.addressing import MentorshipArgument, mentorship_named
from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine
from mentorflow.cli.documents import mentorship_document
from mentorflow.cli.wording import move
from mentorflow.errors import InvalidPayload, PayloadTooLarge

if TYPE_CHECKING:
    from rich.console import Console

_MOST_READ = 1024 * 1024
_STDIN = "-"

DataOption = Annotated[
    str | None,
    typer.Option(
        metavar="JSON|@FILE|-", help="The data of the event: an object, a file of it, or stdin."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        "send",
        rich_help_panel="Mentorships",
        epilog="Example: mentorflow send lfx-2025-1-001 mentor.accepted --by mentor-1",
    )(send)


def send(
    name: MentorshipArgument,
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="The event; `mentorflow events` lists them.")
    ],
    *,
    by: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Whom it comes from; else the host.")
    ] = None,
    data: DataOption = None,
    key: Annotated[
        str | None, typer.Option(help="Your name for this request: sent twice, it is taken once.")
    ] = None,
    revision: Annotated[
        int | None, typer.Option(help="Refuse it unless the mentorship is still at this revision.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an event to a mentorship."""
    content = None if data is None else data_of(data)
    with open_engine(db) as engine:
        before = mentorship_named(engine, name)
        after = engine.send(before.id, event, by=by, data=content, key=key, revision=revision)

    def human(console: "Console") -> None:
        known = after.revision <= before.revision
        what = "was taken before, nothing was done again" if known else "taken"
        state = after.state if known else move(before.state, after.state)
        end = f", outcome {after.outcome}" if after.outcome else ""
        console.print(clean(f"{event} {what}: {state}{end} (revision {after.revision})"))

    emit(mentorship_document(after), as_json=as_json, human=human)


def data_of(option: str) -> dict[str, Any]:
    """Return the object that `--data` holds or leads to.

    Raises:
        InvalidPayload: if it cannot be read, or is not one JSON object.
        PayloadTooLarge: if it is far larger than any event may be.
    """
    text = _text_of(option)
    try:
        found = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise InvalidPayload(f"--data is not JSON: {wrong}") from None
    if not isinstance(found, dict):
        raise InvalidPayload(
            f'--data holds {_KINDS[type(found)]}; it must be an object: {{"field": value}}'
        )
    return found


_KINDS = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def _text_of(option: str) -> str:
    if option == _STDIN:
        content, source = sys.stdin.buffer.read(_MOST_READ + 1), "stdin"
    elif option.startswith("@"):
        content, source = _read(Path(option[1:])), option[1:]
    else:
        return option
    if len(content) > _MOST_READ:
        raise PayloadTooLarge(f"{source} holds more than {_MOST_READ:,} bytes, more than any event")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InvalidPayload(f"{source} is not UTF-8: byte {wrong.start}") from None


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_READ + 1)
    except (OSError, ValueError) as failed:
        why = getattr(failed, "strerror", None) or failed
        raise InvalidPayload(f"--data: {str(file)!r} cannot be read: {why}") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} is written twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
