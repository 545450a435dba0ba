"""`mentorflow programs`: by which calendar each counts its days, and whether it is frozen."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.changes import BeforeOption, emit_changes
from mentorflow.cli.console import (
    DbOption,
    JsonOption,
    clean,
    emit,
    interruptible,
    open_engine,
    table,
)
from mentorflow.cli.documents import program_document
from mentorflow.cli.plan_documents import plan_document
from mentorflow.cli.plans import bar, show_plan
from mentorflow.cli.scopes import ByOption, ReasonOption
from mentorflow.cli.sentences import frozen_sentences
from mentorflow.cli.wording import local, parsed
from mentorflow.cli.workflows import WorkflowOption

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("program", "time zone", "holidays", "of its own", "business days", "frozen since")
_NONE = "none"
_THEN = (
    "Timers that are pending keep their instants until they follow it:",
    "  mentorflow timings preview --save plan.json    shows which move, and where to",
    "  mentorflow timings apply plan.json --reason …  moves them",
)
ProgramArgument = Annotated[str, typer.Argument(metavar="PROGRAM", help="The program.")]
ZoneOption = Annotated[str | None, typer.Option("--time-zone", help="As Europe/Vienna.")]
CountryOption = Annotated[
    str | None, typer.Option(help="Whose public holidays count, as AT; or none.")
]
SubdivisionOption = Annotated[
    str | None, typer.Option(help="The part of the country, as CA of US; or none.")
]
HolidayOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DATE", help="A holiday of its own; may be given often, replaces all; or none."
    ),
]
WorkDaysOption = Annotated[
    str | None, typer.Option(metavar="DAY,DAY", help="Its business days, as mon,tue,wed.")
]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(
        help="Set the calendars of programs, freeze and resume them.", no_args_is_help=True
    )
    group.command("list", epilog="Example: mentorflow programs list")(list_programs)
    group.command(epilog="Example: mentorflow programs show lfx-2025-1")(show)
    group.command(
        "set",
        epilog="Example: mentorflow programs set lfx-2025-1 --time-zone Europe/Vienna --country AT "
        '--holiday 2025-12-24 --reason "they sit in Vienna"',
    )(set_program)
    group.command(
        epilog="Example: mentorflow programs preview lfx-2025-1 --holiday 2025-12-24",
    )(preview)
    group.command(
        epilog='Example: mentorflow programs freeze lfx-2025-1 --reason "the campus is closed"'
    )(freeze)
    group.command(
        epilog='Example: mentorflow programs resume lfx-2025-1 --over 48 --reason "open again"'
    )(resume)
    group.command(epilog="Example: mentorflow programs history lfx-2025-1")(history)
    app.add_typer(group, name="programs", rich_help_panel="Workflows")


def list_programs(
    *,
    limit: LimitOption = 100,
    after: Annotated[
        str | None, typer.Option(metavar="PROGRAM", help="Go on after the last one seen.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the programs that have a calendar of their own, or are frozen."""
    with open_engine(db) as engine:
        found = [program_document(one) for one in engine.programs.list(limit=limit, after=after)]

    def human(console: "Console") -> None:
        if not found:
            console.print("Nothing was said of any: all count as their workflow does.")
            return
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit(found, as_json=as_json, human=human)


def show(program: ProgramArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Show by which calendar a program counts its days, and whether it is frozen."""
    with open_engine(db) as engine:
        found = program_document(engine.programs.get(program))
    _emit(found, as_json=as_json)


def set_program(
    program: ProgramArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    time_zone: ZoneOption = None,
    country: CountryOption = None,
    subdivision: SubdivisionOption = None,
    holiday: HolidayOption = None,
    work_days: WorkDaysOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say by which calendar a program counts; what is left out stays. New timers follow it."""
    said = _said(time_zone, country, subdivision, holiday, work_days)
    with open_engine(db) as engine:
        found = program_document(engine.programs.set(program, reason=reason, by=by, **said))

    def human(console: "Console") -> None:
        for sentence in (*_sentences(found), *_THEN):
            console.print(clean(sentence), soft_wrap=True)

    emit(found, as_json=as_json, human=human)


def preview(
    program: ProgramArgument,
    *,
    time_zone: ZoneOption = None,
    country: CountryOption = None,
    subdivision: SubdivisionOption = None,
    holiday: HolidayOption = None,
    work_days: WorkDaysOption = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How far ahead to look.")] = 28,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """See what another calendar would do to timers that are pending; nothing is changed."""
    said = _said(time_zone, country, subdivision, holiday, work_days)
    with open_engine(db) as engine:
        plan = engine.programs.preview(
            program, horizon=timedelta(days=days), workflow=workflow, **said
        )
    emit(plan_document(plan), as_json=as_json, human=lambda console: show_plan(console, plan))


def _said(
    time_zone: str | None,
    country: str | None,
    subdivision: str | None,
    holiday: list[str] | None,
    work_days: str | None,
) -> dict[str, Any]:
    """Return what options say of a calendar, as the engine takes it."""
    said: dict[str, Any] = {
        "time_zone": time_zone,
        "country": country,
        "subdivision": subdivision,
        "extra_holidays": [] if holiday == [_NONE] else holiday or None,
        "work_days": None if work_days is None else [day.strip() for day in work_days.split(",")],
    }
    said = {name: value for name, value in said.items() if value is not None}
    for name in ("country", "subdivision"):
        if said.get(name) == _NONE:
            said[name] = None
    return said


def freeze(
    program: ProgramArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have none of a program's timers fire until it is resumed; events are still taken."""
    with open_engine(db) as engine:
        found = program_document(engine.programs.freeze(program, reason=reason, by=by))
    _emit(found, as_json=as_json)


def resume(
    program: ProgramArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    over: Annotated[
        int,
        typer.Option(min=1, max=8784, help="Hours over which what came due meanwhile is spread."),
    ] = 24,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a program's timers fire again; those that came due meanwhile one after the other."""
    with open_engine(db) as engine, resumable(program), bar("taking timers up") as tell:
        resumed = engine.programs.resume(
            program, reason=reason, by=by, over=timedelta(hours=over), progress=tell
        )
        found = {**program_document(resumed.program), "timers": resumed.timers}

    def human(console: "Console") -> None:
        console.print(clean(f"{program} goes on."))
        console.print(f"{resumed.timers:,} timers came due meanwhile; they are spread.")

    emit(found, as_json=as_json, human=human)


def resumable(program: str) -> AbstractContextManager[None]:
    """Say how to go on where Ctrl-C ends a resuming in its middle."""
    return interruptible(
        lambda: (
            "What was not taken up yet stays set aside. "
            f"`mentorflow programs resume {program} --reason …` goes on with it."
        )
    )


def history(
    program: ProgramArgument,
    *,
    limit: LimitOption = 100,
    before: BeforeOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who set, froze or resumed a program, when and why; the latest first."""
    with open_engine(db) as engine:
        found = engine.programs.history(program, limit=limit, before=before)
    emit_changes(found, as_json=as_json)


def _emit(document: dict[str, Any], *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        for sentence in _sentences(document):
            console.print(clean(sentence))

    emit(document, as_json=as_json, human=human)


def _sentences(document: dict[str, Any]) -> list[str]:
    name, calendar = document["program"], document["calendar"]
    if calendar is None:
        counts = [f"The program {name} counts its days as its workflow does."]
    else:
        place, own = _place(calendar), ", ".join(calendar["extra_holidays"])
        counts = [
            f"The program {name} counts its days in {calendar['time_zone']}.",
            f"Its business days are {', '.join(calendar['work_days'])}.",
            f"Its holidays are {f'those of {place}' if place else 'none'}.",
            *([f"Holidays of its own: {own}."] if own else []),
        ]
    return [*counts, *frozen_sentences(name, document["frozen"])]


def _row(document: dict[str, Any]) -> tuple[object, ...]:
    calendar = document["calendar"] or {}
    frozen = document["frozen"]
    return (
        document["program"],
        calendar.get("time_zone"),
        _place(calendar) if calendar else None,
        len(calendar["extra_holidays"]) if calendar else None,
        ", ".join(calendar["work_days"]) if calendar else None,
        local(parsed(frozen["since"])) if frozen else None,
    )


def _place(calendar: dict[str, Any]) -> str | None:
    parts = (calendar["country"], calendar["subdivision"])
    return "-".join(part for part in parts if part) or None
