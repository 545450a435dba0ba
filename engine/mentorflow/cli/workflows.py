"""Which workflow a command speaks of: an installed one, or a file with its installed pack."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mentorflow.errors import NotFound

if TYPE_CHECKING:
    from mentorflow.core.workflow import Workflow
    from mentorflow.definitions.pack import Pack

WorkflowOption = Annotated[str, typer.Option(metavar="NAME", help="The workflow.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="A workflow document.")]


def installed_workflow(name: str) -> "Workflow":
    """Return an installed workflow.

    Raises:
        NotFound: if there is none of this name.
        WorkflowInvalid: if it does not hold up.
    """
    from mentorflow.definitions.load import load

    return load(installed_pack(name))


def installed_pack(name: str) -> "Pack":
    """Return the pack of an installed workflow.

    Raises:
        NotFound: if there is none of this name.
    """
    from mentorflow.definitions.load import installed

    packs = installed()
    if name not in packs:
        known = ", ".join(sorted(packs)) or "none"
        raise NotFound(f"there is no workflow {name!r}; installed: {known}")
    return packs[name]


def pack_of(name: str) -> "Pack | None":
    """Return the pack that ships a workflow, if one is installed."""
    from mentorflow.definitions.load import installed

    return installed().get(name)


def workflow_in(file: Path) -> "Workflow":
    """Return the workflow of a file, with the Python of the installed pack of its name.

    Raises:
        WorkflowInvalid: if it does not hold up.
    """
    from mentorflow.definitions.load import load, load_document
    from mentorflow.definitions.pack import Pack

    pack = pack_of(load_document(file).workflow)
    if pack is None:
        pack = Pack(document=file, payloads={}, guards={}, records={})
    templates = templates_beside(file) or pack.messages
    return load(replace(pack, document=file, messages=templates))


def templates_beside(file: Path) -> Path | None:
    """Return the folder `messages` beside a document, if there is one."""
    folder = file.with_name("messages")
    return folder if folder.is_dir() else None
