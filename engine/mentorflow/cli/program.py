"""The program `mentorflow`: its commands put together, and what it returns to the shell."""

import atexit
import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from mentorflow import __version__
from mentorflow.cli import (
    database,
    definitions,
    escalations,
    events,
    incidents,
    listing,
    looking,
    messages,
    people,
    programs,
    running,
    sending,
    timings,
    versions,
    webhooks,
)
from mentorflow.cli.contributed import add_contributed
from mentorflow.cli.outcome import status_of, wants_json

_OWN = (
    listing,
    sending,
    looking,
    escalations,
    people,
    incidents,
    timings,
    programs,
    webhooks,
    events,
    messages,
    definitions,
    versions,
    running,
    database,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return 0 if it was done, 1 if it was refused, 2 if it was wrong."""
    if arguments is None:
        # A process of its own: to look through all objects as it ends takes a fifth of a second.
        atexit.register(gc.freeze)
    given = list(sys.argv[1:] if arguments is None else arguments)
    return status_of(lambda: _run(given), as_json=wants_json(given))


def program() -> typer.Typer:
    """Return the app with our commands and those of all installed packages."""
    app = typer.Typer(
        name="mentorflow",
        help="An event-driven workflow engine for mentorship lifecycles.",
        epilog="Example: mentorflow demo --db sqlite:///demo.db, "
        "then mentorflow list --db sqlite:///demo.db",
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_whole)
    for commands in _OWN:
        commands.add_to(app)
    add_contributed(app)
    return app


def _run(arguments: list[str]) -> int:
    status = get_command(program()).main(
        args=arguments, prog_name="mentorflow", standalone_mode=False
    )
    return status if isinstance(status, int) else 0


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"mentorflow {__version__}")
        raise typer.Exit


def _whole(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and leave."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit(2)
