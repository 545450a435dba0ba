"""`mentorflow timings limit|unlimit`: how many timers of a timing fire in a minute."""

from typing import TYPE_CHECKING, Annotated

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine
from mentorflow.cli.scopes import ByOption, ReasonOption
from mentorflow.cli.workflows import WorkflowOption

if TYPE_CHECKING:
    from mentorflow.core.override import TimingChange

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The timing.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to the timings."""
    group.command(
        epilog="Example: mentorflow timings limit active.checkin --per-minute 500 --jitter 30m "
        '--reason "all check in on Monday at nine"'
    )(limit)
    group.command(
        epilog='Example: mentorflow timings unlimit active.checkin --reason "a new server"'
    )(unlimit)


def limit(
    name: NameArgument,
    *,
    reason: ReasonOption,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="How many may fire in a minute; no limit without it.")
    ] = None,
    jitter: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help="Strew those due at once over so long: 30m, 2h."),
    ] = None,
    by: ByOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Limit how many timers of a timing fire in a minute; the others are put off."""
    with open_engine(db) as engine:
        change = engine.timings.limit(
            name, per_minute=per_minute, jitter=jitter, reason=reason, by=by, workflow=workflow
        )
    _emit(change, as_json=as_json)


def unlimit(
    name: NameArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the limit of a timing back; what it has put off is due at once."""
    with open_engine(db) as engine:
        change = engine.timings.unlimit(name, reason=reason, by=by, workflow=workflow)
    _emit(change, as_json=as_json)


def _emit(change: "TimingChange", *, as_json: bool) -> None:
    was, now = change.from_value or "none", change.to_value or "none"
    emit(
        {**change._asdict(), "at": change.at.isoformat()},
        as_json=as_json,
        human=lambda console: console.print(f"The limit of {change.timing}: {was} -> {now}"),
    )
