"""`mentorflow incidents`: effects that were given up, to be seen and begun anew."""

from typing import TYPE_CHECKING, Annotated

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine, table
from mentorflow.cli.documents import incident_document
from mentorflow.cli.wording import local
from mentorflow.errors import InvalidPayload, NotFound

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("given up", "kind", "name", "recipient", "attempts", "last error", "id")

KindOption = Annotated[
    str | None, typer.Option(help="Only those of a kind: notify, escalate, call, publish.")
]
NameOption = Annotated[str | None, typer.Option(help="Only those of a message, a call, a notice.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See to what could not be carried out.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow incidents list --kind call")(list_incidents)
    group.command(epilog="Example: mentorflow incidents show ID")(show)
    group.command(epilog="Example: mentorflow incidents retry --all --kind call")(retry)
    app.add_typer(group, name="incidents", rich_help_panel="Mentorships")


def list_incidents(
    *,
    kind: KindOption = None,
    name: NameOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List effects that failed for good, the latest first."""
    with open_engine(db) as engine:
        found = engine.incidents.list(kind=kind, name=name, limit=limit)

    def human(console: "Console") -> None:
        if not found:
            console.print("There is none: everything was carried out, or is being tried.")
            return
        rows = (
            (
                local(one.given_up_at),
                one.kind,
                one.name,
                one.recipient,
                one.attempts,
                one.error,
                one.id,
            )
            for one in found
        )
        console.print(table(_COLUMNS, rows))

    emit([incident_document(one) for one in found], as_json=as_json, human=human)


def show(
    incident: Annotated[str, typer.Argument(metavar="ID", help="The incident, by its effect.")],
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an incident with its whole error."""
    with open_engine(db) as engine:
        known = engine.incidents.list(mentorship_id=incident[:36], limit=1000)
    found = next((incident_document(one) for one in known if one.id == incident), None)
    if found is None:
        raise NotFound(f"{incident!r} is no incident; `mentorflow incidents list` shows them")
    emit(
        found,
        as_json=as_json,
        human=lambda console: console.print(table(("field", "value"), found.items())),
    )


def retry(
    *,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="The incidents, by their effects.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All of them, or all of a kind or a name.")
    ] = False,
    kind: KindOption = None,
    name: NameOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin anew with incidents: each gets all its attempts once more."""
    if bool(ids) == everything:
        raise InvalidPayload("name the incidents to begin anew with, or say --all")
    if ids and (kind or name):
        raise InvalidPayload("--kind and --name go with --all")
    with open_engine(db) as engine:
        if ids:
            begun = engine.incidents.retry(ids)
        else:
            begun = engine.incidents.retry_all(kind=kind, name=name)
    emit(
        {"begun": begun},
        as_json=as_json,
        human=lambda console: console.print(f"{begun} begun anew"),
    )
