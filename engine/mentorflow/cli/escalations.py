"""`mentorflow escalations`: who has to act, and acting: ack, snooze, dismiss, resolve."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.addressing import EscalationArgument, escalation_named, mentorship_named
from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, table
from mentorflow.cli.documents import escalation_document, mentorship_of
from mentorflow.cli.wording import local
from mentorflow.core.mentorship import Escalation

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("mentorship", "ladder", "status", "told", "since", "because of", "id")

ByOption = Annotated[str | None, typer.Option(metavar="PERSON", help="Who does it; else the host.")]
ReasonOption = Annotated[str | None, typer.Option(help="Why, in a sentence; kept in the history.")]
KeyOption = Annotated[
    str | None, typer.Option(help="Your name for this request: sent twice, it is taken once.")
]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See and answer escalations.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow escalations list --all")(list_escalations)
    for command in (show, ack, dismiss, resolve):
        group.command(epilog=f"Example: mentorflow escalations {command.__name__} ID:stalled")(
            command
        )
    group.command(
        epilog="Example: mentorflow escalations snooze ID:stalled --until 2025-04-01T09:00:00Z"
    )(snooze)
    app.add_typer(group, name="escalations", rich_help_panel="Mentorships")


def list_escalations(
    mentorship: Annotated[
        str | None, typer.Option(metavar="ID", help="Only those of a mentorship.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List escalations that are not over, the oldest first."""
    with open_engine(db) as engine:
        of = None if mentorship is None else mentorship_named(engine, mentorship).id
        found = engine.escalations(of, is_over=None if everything else False)
        names = {one: engine.get(one).key or one for one in {mentorship_of(one) for one in found}}

    def human(console: "Console") -> None:
        if not found:
            console.print("Nobody has to be told anything: no escalation is open.")
            return
        rows = (_row(one, names[mentorship_of(one)]) for one in found)
        console.print(table(_COLUMNS, rows))

    emit([escalation_document(one) for one in found], as_json=as_json, human=human)


def show(name: EscalationArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Show an escalation as it stands."""
    with open_engine(db) as engine:
        found = escalation_named(engine, name)
    _emit(found, as_json=as_json)


def ack(
    name: EscalationArgument,
    *,
    by: ByOption = None,
    reason: ReasonOption = None,
    key: KeyOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Acknowledge an escalation: somebody is on it, nobody else is told."""
    _act(
        "escalation.acknowledged", name, {"reason": reason}, by=by, key=key, db=db, as_json=as_json
    )


def snooze(
    name: EscalationArgument,
    *,
    until: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="ISO 8601 with a zone; else the workflow's snooze."),
    ] = None,
    by: ByOption = None,
    reason: ReasonOption = None,
    key: KeyOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let an escalation rest for a while; it comes back by itself."""
    _act(
        "escalation.snoozed",
        name,
        {"reason": reason, "until": until},
        by=by,
        key=key,
        db=db,
        as_json=as_json,
    )


def dismiss(
    name: EscalationArgument,
    *,
    by: ByOption = None,
    reason: ReasonOption = None,
    key: KeyOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an escalation that needs nothing done."""
    _act("escalation.dismissed", name, {"reason": reason}, by=by, key=key, db=db, as_json=as_json)


def resolve(
    name: EscalationArgument,
    *,
    by: ByOption = None,
    reason: ReasonOption = None,
    key: KeyOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an escalation whose cause was put right."""
    _act("escalation.resolved", name, {"reason": reason}, by=by, key=key, db=db, as_json=as_json)


def _act(
    event: str,
    name: str,
    fields: dict[str, Any],
    *,
    by: str | None,
    key: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    given = {field: value for field, value in fields.items() if value is not None}
    with open_engine(db) as engine:
        found = escalation_named(engine, name)
        data = {"escalation": found.id, **given}
        engine.send(mentorship_of(found), event, by=by, data=data, key=key)
        after = escalation_named(engine, found.id)
    _emit(after, as_json=as_json)


def _emit(found: Escalation, *, as_json: bool) -> None:
    document = escalation_document(found)

    def human(console: "Console") -> None:
        shown = {**document, "opened_at": local(found.opened_at)}
        shown["changed_at"] = local(found.changed_at)
        for field, value in shown.items():
            console.print(clean(f"{field:>10}: {'-' if value is None else value}"))

    emit(document, as_json=as_json, human=human)


def _row(found: Escalation, name: str) -> tuple[object, ...]:
    return (
        name,
        found.ladder,
        found.status.value,
        found.rung,
        local(found.changed_at),
        found.cause,
        found.id,
    )
