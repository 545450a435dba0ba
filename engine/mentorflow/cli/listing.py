"""`mentorflow list` and `mentorflow show`: which mentorships there are, and one as it stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mentorflow.cli.addressing import MentorshipArgument, mentorship_named
from mentorflow.cli.card import card
from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, shown_url, table
from mentorflow.cli.documents import full_document, mentorship_document
from mentorflow.cli.wording import local, people
from mentorflow.core.mentorship import Mentorship

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.engine import Engine

_PANEL = "Mentorships"
_PAGE = 1000
_COLUMNS = ("key", "program", "mentee", "mentors", "state", "since", "outcome")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "list",
        rich_help_panel=_PANEL,
        epilog="Example: mentorflow list --program lfx-2025-1 --state active",
    )(list_mentorships)
    app.command("show", rich_help_panel=_PANEL, epilog="Example: mentorflow show lfx-2025-1-001")(
        show
    )


def list_mentorships(
    *,
    program: Annotated[str | None, typer.Option(help="Only those of a program.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in a state.")] = None,
    person: Annotated[str | None, typer.Option(help="Only those of a person.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_PAGE, help="How many at most.")] = 100,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on after the last one seen.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, however many.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List mentorships, in the order they were started."""
    wanted = {"program": program, "state": state, "person": person}
    with open_engine(db) as engine:
        start = None if after is None else mentorship_named(engine, after).id
        if everything:
            found = [one for page in _pages(engine, wanted, start) for one in page]
        else:
            found = engine.find(**wanted, limit=limit, after=start)
    may_go_on = not everything and len(found) == limit

    def human(console: "Console") -> None:
        if not found:
            console.print(f"There are no such mentorships in {shown_url(db)}.")
            return
        console.print(table(_COLUMNS, (_row(one) for one in found)))
        rest = _rest(found[-1]) if may_go_on else ""
        console.print(f"{len(found)} shown{rest}", style="dim")

    emit([mentorship_document(one) for one in found], as_json=as_json, human=human)


def show(name: MentorshipArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Show where a mentorship stands, what it waits for and what it takes."""
    with open_engine(db) as engine:
        mentorship = mentorship_named(engine, name)
        document = full_document(engine, mentorship)
        help_ = engine.explain(mentorship.id)["help"]
    emit(
        document,
        as_json=as_json,
        human=lambda console: console.print(card(mentorship, document, help_)),
    )


def _pages(
    engine: "Engine", wanted: dict[str, str | None], after: str | None
) -> Iterator[list[Mentorship]]:
    while page := engine.find(**wanted, limit=_PAGE, after=after):
        yield page
        after = page[-1].id


def _row(found: Mentorship) -> tuple[str | None, ...]:
    return (
        found.key or found.id,
        found.program,
        people(found.parties, "mentee"),
        people(found.parties, "mentor"),
        found.state,
        local(found.entered_at),
        found.outcome,
    )


def _rest(last: Mentorship) -> str:
    return f"; there may be more: --after {clean(last.key or last.id)}, or --all"
