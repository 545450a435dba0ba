"""`mentorflow timings`: the durations behind the timers, and who set them to what."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine, table
from mentorflow.cli.wording import local
from mentorflow.cli.workflows import WorkflowOption

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.core.override import TimingChange
    from mentorflow.engine.timings import TimingInForce

_COLUMNS = ("name", "value", "from", "default", "min", "max", "help", "source")
_CHANGES = ("when", "timing", "for", "was", "is", "by", "why", "revision")
ProgramOption = Annotated[
    str | None, typer.Option(metavar="PROGRAM", help="For the mentorships of a program.")
]
MentorshipOption = Annotated[str | None, typer.Option(metavar="ID", help="For one mentorship.")]
PersonOption = Annotated[
    str | None, typer.Option(metavar="PERSON", help="For all mentorships of a person.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The timing.")]
ReasonOption = Annotated[str, typer.Option(help="Why, for whoever asks later.")]
ByOption = Annotated[str | None, typer.Option(help="Who changes it.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See and set the durations behind the timers.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow timings list --program lfx-2025-1")(
        list_timings
    )
    group.command(
        "set",
        epilog="Example: mentorflow timings set contact.reply_window 21d --program lfx-2025-1 "
        '--reason "exams until mid-June"',
    )(set_timing)
    group.command(
        epilog="Example: mentorflow timings unset contact.reply_window --program lfx-2025-1 "
        '--reason "exams are over"'
    )(unset)
    group.command(epilog="Example: mentorflow timings history contact.reply_window")(history)
    app.add_typer(group, name="timings", rich_help_panel="Workflows")


def list_timings(
    *,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the timings of a workflow: what is in force, where it comes from, what it may be."""
    with open_engine(db) as engine:
        found = engine.timings.list(
            program=program, mentorship=mentorship, person=person, workflow=workflow
        )

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit([_document(one) for one in found], as_json=as_json, human=human)


def set_timing(
    name: NameArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="As 10d, 36h, 3bd or P10D.")],
    *,
    reason: ReasonOption,
    by: ByOption = None,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a timing: for all, a program, a mentorship or a person. New timers follow it at once."""
    with open_engine(db) as engine:
        change = engine.timings.set(
            name,
            value,
            reason=reason,
            by=by,
            program=program,
            mentorship=mentorship,
            person=person,
            workflow=workflow,
        )
    _emit(change, as_json=as_json)


def unset(
    name: NameArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what was set, so that the layer below is in force again."""
    with open_engine(db) as engine:
        change = engine.timings.unset(
            name,
            reason=reason,
            by=by,
            program=program,
            mentorship=mentorship,
            person=person,
            workflow=workflow,
        )
    _emit(change, as_json=as_json)


def history(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The timing.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    before: Annotated[
        int | None, typer.Option(metavar="REVISION", help="Go on before the last one seen.")
    ] = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who set what, when, why, from what to what; the latest first."""
    with open_engine(db) as engine:
        found = engine.timings.history(name, limit=limit, before=before, workflow=workflow)

    def human(console: "Console") -> None:
        if not found:
            console.print("Nobody has set anything: all timings are as the workflow has them.")
            return
        console.print(table(_CHANGES, (_changed(one) for one in found)))

    emit([_change(one) for one in found], as_json=as_json, human=human)


def _emit(change: "TimingChange", *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        was, now = change.from_value or "the layer below", change.to_value or "the layer below"
        console.print(f"{change.timing} {_whom(change)}: {was} -> {now}, for new timers at once.")
        console.print("Timers that are pending keep the value they were set with.")

    emit(_change(change), as_json=as_json, human=human)


def _row(one: "TimingInForce") -> tuple[Any, ...]:
    return (one.name, one.value, one.scope, one.default, one.least, one.most, one.help, one.source)


def _document(one: "TimingInForce") -> dict[str, Any]:
    overrides = [
        {"scope": scope, "subject": subject, "value": value}
        for scope, subject, value in one.overrides
    ]
    return {
        "name": one.name,
        "value": one.value,
        "scope": one.scope,
        "default": one.default,
        "min": one.least,
        "max": one.most,
        "help": one.help,
        "source": one.source,
        "overrides": overrides,
    }


def _changed(one: "TimingChange") -> tuple[Any, ...]:
    was, now = one.from_value or "-", one.to_value or "-"
    return (local(one.at), one.timing, _whom(one), was, now, one.by, one.reason, one.revision)


def _change(one: "TimingChange") -> dict[str, Any]:
    return {**one._asdict(), "at": one.at.isoformat()}


def _whom(one: "TimingChange") -> str:
    return f"for the {one.scope} {one.subject}".strip() if one.subject else "for all"
