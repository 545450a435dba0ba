"""Loads workflows: a document from its file, a whole workflow from the pack that ships it."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.check import proofs
from mentorflow.definitions.compile import compiled
from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import refuse
from mentorflow.definitions.pack import Pack
from mentorflow.definitions.source import read, read_bytes
from mentorflow.definitions.validation import validated
from mentorflow.errors import WorkflowInvalid

GROUP = "mentorflow.workflows"
"""The entry-point group by which workflows are found."""


def load(pack: Pack) -> Workflow:
    """Load a workflow that holds up, ready to run.

    Raises:
        WorkflowInvalid: with every problem of the document and the line of each.
    """
    return load_with(load_document(pack.document), pack)


def load_with(document: Document, pack: Pack) -> Workflow:
    """Load a document that holds up with the Python of a pack.

    Raises:
        WorkflowInvalid: with every problem of the document and the line of each.
    """
    errors = [finding for finding in proofs(document, pack) if finding.is_error]
    if errors:
        refuse(document.source.name, errors)
    return compiled(document, pack)


def load_document(path: Path) -> Document:
    """Load a document from its file.

    Raises:
        WorkflowInvalid: with every problem of the document and the line of each.
    """
    return validated(read(path))


def document_of(text: str, *, source: str) -> Document:
    """Return the document of a text.

    Raises:
        WorkflowInvalid: with every problem of the document and the line of each.
    """
    return validated(read_bytes(text.encode("utf-8", "surrogatepass"), name=source))


def installed() -> Mapping[str, Pack]:
    """Return the packs of all workflows installed here, by name.

    Raises:
        WorkflowInvalid: if a package announces a pack that it does not have.
    """
    return {entry.name: _pack(entry) for entry in entry_points(group=GROUP)}


def _pack(entry: EntryPoint) -> Pack:
    try:
        found = entry.load()
    except (ImportError, AttributeError) as error:
        problem = f"{entry.value} cannot be loaded: {error}"
        raise WorkflowInvalid(f"the installed workflow {entry.name!r}", [problem]) from error
    if not isinstance(found, Pack):
        problem = f"{entry.value} is a {type(found).__name__}, not a Pack"
        raise WorkflowInvalid(f"the installed workflow {entry.name!r}", [problem])
    return found
