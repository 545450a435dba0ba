"""`mentorflow events`: every event that may be sent, where, by whom, with which data."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, table
from mentorflow.cli.workflows import WorkflowOption, installed_workflow

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.core.workflow import Workflow

_COLUMNS = ("event", "by", "offered in", "data, for example")


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        rich_help_panel="Workflows",
        epilog="Example: mentorflow events --event mentor.accepted --json",
    )(events)


def events(
    event: Annotated[str | None, typer.Option(metavar="EVENT", help="Only this one.")] = None,
    workflow: WorkflowOption = "mentorship",
    _db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the events of a workflow: the states that take them, who may send them, their data."""
    from mentorflow.core.offers import require_known

    chosen = installed_workflow(workflow)
    if event is not None:
        require_known(chosen, event)
    found = [one for one in documents(chosen) if event in {None, one["event"]}]

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit(found, as_json=as_json, human=human)


def documents(workflow: "Workflow") -> list[dict[str, Any]]:
    """Return every event people and hosts may send, with one example of data it accepts."""
    from mentorflow.core.offers import offered_in

    return [
        {
            "event": event,
            "offered_in": states,
            "by": _senders(workflow, event),
            **_data(workflow, event),
            "help": _help(workflow, event),
        }
        for event, states in offered_in(workflow).items()
    ]


def _senders(workflow: "Workflow", event: str) -> list[str]:
    from mentorflow.core.workflow import HOST

    rule = workflow.events.get(event)
    return sorted(rule.by) if rule else [*workflow.roles, HOST]  # anybody may act on an escalation


def _data(workflow: "Workflow", event: str) -> dict[str, Any]:
    from mentorflow.engine.payload import model_of

    model = model_of(workflow, event)
    if model is None:
        return {"schema": {"type": "object"}, "example": {}}
    schema = model.model_json_schema()
    examples = schema.get("examples") or [{}]
    return {"schema": schema, "example": examples[0]}


def _help(workflow: "Workflow", event: str) -> str:
    from mentorflow.engine.payload import model_of

    rule = workflow.events.get(event)
    return rule.help if rule else (getattr(model_of(workflow, event), "__doc__", None) or "")


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    example = json.dumps(found["example"], ensure_ascii=False)
    return (found["event"], ", ".join(found["by"]), ", ".join(found["offered_in"]), example)
