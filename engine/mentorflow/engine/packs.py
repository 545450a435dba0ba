"""The packs an engine has: the Python behind the names that workflow documents use."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mentorflow.core.workflow import Workflow
from mentorflow.errors import NotFound

if TYPE_CHECKING:
    from mentorflow.definitions.document import Document
    from mentorflow.definitions.pack import Pack

# Reading documents is imported only where it is done: it costs as much as the whole engine.


class Packs:
    """The workflows an engine was given, or all that are installed, with what is behind them."""

    def __init__(self, given: "Iterable[Workflow | Pack] | None" = None) -> None:
        self._given = None if given is None else list(given)
        self._known: dict[tuple[str, int], Pack] = {}

    def workflows(self) -> Iterator[Workflow]:
        """Yield the workflows, each loaded from its pack unless it is one already.

        Raises:
            WorkflowInvalid: if one does not hold up.
        """
        given = self._given
        if given is None:
            from mentorflow.definitions.load import installed

            given = [*installed().values()]
        for found in given:
            yield found if isinstance(found, Workflow) else self._loaded(found)

    def for_document(self, document: "Document") -> "Pack":
        """Return the Python for the names of a document: its pack's, or none at all.

        A payload of the pack for an event that the document lacks is of another version.
        """
        from mentorflow.definitions.load import installed
        from mentorflow.definitions.pack import Pack

        of_name = {
            version: self._known[name, version]
            for name, version in self._known
            if name == document.workflow
        }
        newest = of_name[max(of_name)] if of_name else installed().get(document.workflow)
        pack = of_name.get(document.version, newest)
        if pack is None:
            return Pack(document=Path(), payloads={}, guards={}, records={})
        sendable = {name for name, event in document.events.items() if event.by}
        payloads = {name: model for name, model in pack.payloads.items() if name in sendable}
        return replace(pack, payloads=payloads)

    def compiled(self, text: str, *, source: str) -> Workflow:
        """Return the workflow of a document, its names resolved by the pack of its name.

        Raises:
            WorkflowInvalid: if it does not hold up with that pack.
        """
        from mentorflow.definitions.load import document_of, load_with

        document = document_of(text, source=source)
        return load_with(document, self.for_document(document))

    def text_of(self, workflow: Workflow) -> str:
        """Return the document of a version that came with a package.

        Raises:
            NotFound: if the engine was given the workflow without its document.
        """
        pack = self._known.get((workflow.name, workflow.version))
        if pack is None:
            raise NotFound(f"{workflow.name} {workflow.version} was given without its document")
        return pack.document.read_text("utf-8")

    def _loaded(self, pack: "Pack") -> Workflow:
        from mentorflow.definitions.load import load

        workflow = load(pack)
        self._known[workflow.name, workflow.version] = pack
        return workflow
