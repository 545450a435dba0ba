"""`mentorflow messages`: what people will read, with example values filled in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, clean, emit, table
from mentorflow.cli.workflows import WorkflowOption, installed_pack, pack_of, templates_beside
from mentorflow.errors import NotFound

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.definitions.document import Document
    from mentorflow.definitions.templates import Templates
    from mentorflow.definitions.trial import Occasion
    from mentorflow.engine.rendering import Wording

_COLUMNS = ("message", "to", "comes from", "subject")

FileOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.yaml", help="A document, installed or not, instead."),
]
LocaleOption = Annotated[
    str, typer.Option(metavar="LOCALE", help="In this language, if it is there.")
]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See what people will read.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow messages list")(list_messages)
    group.command(
        "show", epilog="Example: mentorflow messages show request_received --style concise"
    )(show_message)
    app.add_typer(group, name="messages", rich_help_panel="Workflows")


def list_messages(
    workflow: WorkflowOption = "mentorship",
    file: FileOption = None,
    locale: LocaleOption = "en",
    _db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the messages of a workflow: to whom each goes, what it comes from, its subject."""
    from mentorflow.definitions.trial import occasions

    document, templates = _said_by(workflow, file)
    found = []
    for name in document.messages:
        said = occasions(document, name)
        wording = _worded(templates, name, said[0], style="concise", locale=locale)
        found.append(
            {
                "message": name,
                "to": list(dict.fromkeys(occasion.role for occasion in said)),
                "causes": list(dict.fromkeys(occasion.cause for occasion in said)),
                "subject": wording.subject,
            }
        )

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit(found, as_json=as_json, human=human)


def show_message(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The message.")],
    *,
    style: Annotated[str, typer.Option(help="How much the reader likes to read.")] = "detailed",
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Who reads it; else the first it goes to.")
    ] = None,
    cause: Annotated[
        str | None,
        typer.Option(metavar="CAUSE", help="The event or timer it comes from; else the first."),
    ] = None,
    as_html: Annotated[bool, typer.Option("--html", help="As the HTML of an e-mail.")] = False,
    workflow: WorkflowOption = "mentorship",
    file: FileOption = None,
    locale: LocaleOption = "en",
    _db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a message as people will read it, with example values."""
    document, templates = _said_by(workflow, file)
    occasion = _occasion(document, name, role=role, cause=cause)
    wording = _worded(templates, name, occasion, style=_style(style), locale=locale)
    said = {"subject": wording.subject, "text": wording.text, "html": wording.html}
    shown = {"message": name, **occasion._asdict(), "style": style, **said}

    def human(console: "Console") -> None:
        if as_html:
            typer.echo(wording.html)
            return
        console.print(f"Subject: {clean(wording.subject)}\n", style="bold")
        console.print(clean(wording.text), soft_wrap=True)

    emit(shown, as_json=as_json, human=human)


def _said_by(workflow: str, file: Path | None) -> "tuple[Document, Templates]":
    """Return a document that need not hold up otherwise, with its templates."""
    from mentorflow.definitions.load import load_document
    from mentorflow.definitions.messages import templates_of

    if file is None:
        pack = installed_pack(workflow)
        document, folder = load_document(pack.document), pack.messages
    else:
        document = load_document(file)
        found = pack_of(document.workflow)
        folder = templates_beside(file) or (found.messages if found else None)
    return document, templates_of(document, folder)


def _occasion(
    document: "Document", name: str, *, role: str | None, cause: str | None
) -> "Occasion":
    from mentorflow.definitions.finding import nearest
    from mentorflow.definitions.trial import occasions

    if name not in document.messages:
        hint = nearest(name, document.messages)
        raise NotFound(f"there is no message {name!r}" + (f"; {hint}" if hint else ""))
    said = occasions(document, name)
    found = [one for one in said if role in {None, one.role} and cause in {None, one.cause}]
    if not found:
        roles = ", ".join(dict.fromkeys(one.role for one in said))
        causes = ", ".join(dict.fromkeys(one.cause for one in said))
        raise NotFound(f"{name} goes to {roles}, and comes from {causes}")
    return found[0]


def _style(style: str) -> str:
    from mentorflow.core.person import STYLES

    if style not in STYLES:
        raise NotFound(f"there is no style {style!r}; there is {', '.join(STYLES)}")
    return style


def _worded(
    templates: "Templates", name: str, occasion: "Occasion", *, style: str, locale: str
) -> "Wording":
    from mentorflow.definitions.variables import example
    from mentorflow.engine.rendering import letter

    values = example(role=occasion.role, cause=occasion.cause, state=occasion.state)
    return letter(templates, name, values, style=style, locale=locale)


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    return (
        found["message"], ", ".join(found["to"]), ", ".join(found["causes"]), found["subject"]
    )  # fmt: skip
