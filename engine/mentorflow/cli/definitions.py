"""`mentorflow check` and `mentorflow diagram`: whether a workflow holds up, and how it looks."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, clean, emit
from mentorflow.cli.workflows import (
    FileArgument,
    WorkflowOption,
    installed_workflow,
    pack_of,
    templates_beside,
    workflow_in,
)
from mentorflow.errors import MentorflowError, WorkflowInvalid

if TYPE_CHECKING:
    from rich.console import Console

_PANEL = "Workflows"
_ERROR = "error"
_STYLES = {_ERROR: "bold red", "warning": "yellow"}


class Format(StrEnum):
    """How a diagram is drawn."""

    MERMAID = "mermaid"
    SVG = "svg"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "check", rich_help_panel=_PANEL, epilog="Example: mentorflow check my-workflow.yaml"
    )(check_file)
    app.command(
        rich_help_panel=_PANEL,
        epilog="Example: mentorflow diagram --format svg --output mentorship.svg",
    )(diagram)


def check_file(file: FileArgument, _db: DbOption = None, as_json: JsonOption = False) -> None:
    """Check a workflow document: every name, every way through it, every payload."""
    findings, note = _findings(file)
    errors = sum(finding["severity"] == _ERROR for finding in findings)

    def human(console: "Console") -> None:
        for finding in findings:
            _print(console, finding)
        if note:
            console.print(clean(note), style="dim")
        warnings = len(findings) - errors
        console.print(clean(f"{file}: {errors} errors, {warnings} warnings"))

    emit(findings, as_json=as_json, human=human)
    if errors:
        raise typer.Exit(1)


def diagram(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE.yaml]", help="A document; else what is installed."),
    ] = None,
    drawn_as: Annotated[
        Format, typer.Option("--format", help="As text for documents, or as a picture.")
    ] = Format.MERMAID,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; else to stdout.")
    ] = None,
    workflow: WorkflowOption = "mentorship",
    _db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a workflow: its states and the events between them."""
    from mentorflow.definitions.diagram import mermaid, svg

    chosen = installed_workflow(workflow) if file is None else workflow_in(file)
    text = mermaid(chosen) if drawn_as is Format.MERMAID else svg(chosen)
    document: dict[str, Any] = {"workflow": chosen.name, "version": chosen.version}
    document["format"] = drawn_as.value
    if output is None:
        document["diagram"] = text
        emit(document, as_json=as_json, human=lambda _console: typer.echo(text, nl=False))
        return
    _write(output, text)
    document["output"] = str(output)
    emit(document, as_json=as_json, human=lambda console: console.print(clean(f"{output} written")))


def _findings(file: Path) -> tuple[Sequence[Mapping[str, Any]], str]:
    """Return all that was found, and what could not be looked at."""
    from mentorflow.definitions.check import check
    from mentorflow.definitions.load import load_document

    try:
        document = load_document(file)
    except WorkflowInvalid as invalid:
        if not invalid.findings:
            raise
        return invalid.findings, ""
    pack = pack_of(document.workflow)
    note = "" if pack else f"{document.workflow} is not installed: no guards or payloads checked"
    found = check(document, pack, templates=templates_beside(file))
    return [finding.as_dict() for finding in found], note


def _print(console: "Console", finding: Mapping[str, Any]) -> None:
    from rich.text import Text

    place = f"{finding['file']}:{finding['line']}"
    hint = f"; {finding['hint']}" if finding["hint"] else ""
    path = f"{finding['path']}: " if finding["path"] else ""
    shown = Text.assemble(
        clean(f"{place}: "),
        (finding["severity"], _STYLES.get(finding["severity"], "")),
        clean(f": {path}{finding['message']}{hint}"),
    )
    console.print(shown, soft_wrap=True)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as failed:
        why = getattr(failed, "strerror", None) or failed
        raise MentorflowError(f"{str(output)!r} cannot be written: {why}") from None
