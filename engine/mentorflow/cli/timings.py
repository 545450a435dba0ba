"""`mentorflow timings`: the durations behind the timers of a workflow."""

from typing import TYPE_CHECKING

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, table
from mentorflow.cli.workflows import WorkflowOption, installed_workflow

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("name", "default", "min", "max", "help", "source")


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See the durations behind the timers.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow timings list")(list_timings)
    app.add_typer(group, name="timings", rich_help_panel="Workflows")


def list_timings(
    workflow: WorkflowOption = "mentorship", _db: DbOption = None, as_json: JsonOption = False
) -> None:
    """List the timings of a workflow: what each is by default, and what it may be set to."""
    found = [
        {
            "name": timing.name,
            "default": timing.default.text,
            "min": timing.least.text,
            "max": timing.most.text,
            "help": timing.help,
            "source": timing.source,
        }
        for timing in installed_workflow(workflow).timings.values()
    ]

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (one.values() for one in found)))

    emit(found, as_json=as_json, human=human)
