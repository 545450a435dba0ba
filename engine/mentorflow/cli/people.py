"""`mentorflow people`: how each person likes to be reached, and what became of messages to them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, table
from mentorflow.cli.documents import message_document, person_document
from mentorflow.cli.wording import WHY, local
from mentorflow.core.outcome import MessageOutcome
from mentorflow.errors import InvalidPayload

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = (
    "person",
    "name",
    "time zone",
    "style",
    "channels",
    "quiet hours",
    "away until",
    "budget",
)
_MESSAGES = ("message", "as", "status", "why", "went out or goes out", "by", "id")
PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="The person, as mentorships call them.")
]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="Say how people like to be reached.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow people list")(list_people)
    group.command(epilog="Example: mentorflow people show mentor-1")(show)
    group.command(
        "set",
        epilog="Example: mentorflow people set mentor-1 --time-zone Europe/Vienna "
        "--quiet 20:00-08:00 --channel email:ada@example.org --channel log --budget 5",
    )(set_person)
    group.command(epilog="Example: mentorflow people messages mentor-1")(messages)
    group.command(epilog="Example: mentorflow people forget mentor-1")(forget)
    app.add_typer(group, name="people", rich_help_panel="Mentorships")


def list_people(
    *,
    limit: LimitOption = 100,
    after: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Go on after the last one seen.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List those who have said how they like to be reached."""
    with open_engine(db) as engine:
        found = [person_document(one) for one in engine.people.list(limit=limit, after=after)]

    def human(console: "Console") -> None:
        if not found:
            console.print("Nobody has said anything: everybody is reached as everybody is.")
            return
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit(found, as_json=as_json, human=human)


def show(person: PersonArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Show how a person is reached."""
    with open_engine(db) as engine:
        found = person_document(engine.people.get(person))
    _emit(found, as_json=as_json)


def set_person(
    person: PersonArgument,
    *,
    name: Annotated[str | None, typer.Option(help="What messages call them.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="As Europe/Vienna.")] = None,
    locale: Annotated[str | None, typer.Option(help="As en or de-AT.")] = None,
    style: Annotated[str | None, typer.Option(help="concise or detailed.")] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANNEL:ADDRESS", help="In order of choice; may be given often."),
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(metavar="HH:MM-HH:MM", help="Quiet hours by their clock; or none.")
    ] = None,
    away: Annotated[
        str | None, typer.Option(metavar="SINCE/UNTIL", help="Two instants with a zone; or none.")
    ] = None,
    budget: Annotated[int | None, typer.Option(help="Letters in seven days.")] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how a person likes to be reached; what is left out stays as it was."""
    said: dict[str, Any] = {
        "name": name,
        "time_zone": time_zone,
        "locale": locale,
        "style": style,
        "channels": channel or None,
        "weekly_budget": budget,
    }
    said = {field: value for field, value in said.items() if value is not None}
    if quiet is not None:
        said["quiet_hours"] = _pair(quiet, "-", what="--quiet")
    if away is not None:
        said["absence"] = _pair(away, "/", what="--away")
    with open_engine(db) as engine:
        found = person_document(engine.people.set(person, **said))
    _emit(found, as_json=as_json)


def messages(
    person: PersonArgument,
    *,
    limit: LimitOption = 100,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what became of a person's messages, the latest first: sent, held, merged, and why."""
    with open_engine(db) as engine:
        found = engine.people.messages(person, limit=limit)

    def human(console: "Console") -> None:
        if not found:
            console.print("There was no message to them.")
            return
        console.print(table(_MESSAGES, (_message_row(one) for one in found)))

    emit([message_document(one) for one in found], as_json=as_json, human=human)


def forget(person: PersonArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Forget a person's name, addresses and wishes."""
    with open_engine(db) as engine:
        engine.people.forget(person)
    emit(
        {"forgotten": person},
        as_json=as_json,
        human=lambda console: console.print(clean(f"forgotten: {person}")),
    )


def _pair(text: str, mark: str, *, what: str) -> Sequence[str] | None:
    if text == "none":
        return None
    since, found, until = text.partition(mark)
    if not found:
        raise InvalidPayload(f"{what} is {text!r}; write two with {mark!r} between them, or none")
    return since, until


def _row(found: dict[str, Any]) -> tuple[object, ...]:
    return (
        found["person"],
        found["name"],
        found["time_zone"],
        found["style"],
        ", ".join(found["channels"]) or "as the engine has them",
        "-".join(found["quiet_hours"]) if found["quiet_hours"] else None,
        found["absence"][1] if found["absence"] else None,
        found["weekly_budget"],
    )


def _message_row(found: MessageOutcome) -> tuple[object, ...]:
    at = found.changed_at if found.status.value in {"sent", "dropped"} else found.goes_out_at
    return (
        found.name,
        found.role,
        found.status.value,
        WHY[found.why] if found.why else None,
        local(at),
        found.channel,
        found.id,
    )


def _emit(document: dict[str, Any], *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        for field, value in document.items():
            text = ", ".join(value) if isinstance(value, list) else value
            console.print(clean(f"{field:>13}: {'-' if text in {None, ''} else text}"))

    emit(document, as_json=as_json, human=human)
