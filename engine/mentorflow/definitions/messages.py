"""Checks what the engine says: every message has its words, and every template a message."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import Finding, nearest
from mentorflow.definitions.names import BUILT_IN_EVENTS
from mentorflow.definitions.templates import (
    LETTER,
    LETTER_PARTS,
    PARTS,
    SUFFIX,
    Templates,
    fallbacks,
)
from mentorflow.definitions.variables import LETTER_VARIABLES, VARIABLES

if TYPE_CHECKING:
    from mentorflow.definitions.phrasing import Fault, Known


def missing(document: Document, folder: Path | None) -> Iterator[Finding]:
    """Yield the messages that have no words, or have them twice; reads no template."""
    there = set() if folder is None else {file.name for file in folder.glob(f"*{SUFFIX}")}
    for name, message in document.messages.items():
        file = name + SUFFIX
        if message.own and file in there:
            what = f"has a text here and another one in {file}"
            yield document.finding(("messages", name), what, hint="keep one of them")
        elif not message.own and file not in there:
            hint = f"write {folder / file}" if folder else "give it a subject and a text"
            what = "has no text, here or in a template"
            yield document.finding(("messages", name), what, hint=hint)


def findings(document: Document, folder: Path | None) -> Iterator[Finding]:
    """Yield what is wrong with the templates: each is read, and worded with example values."""
    review = _Review(document, templates_of(document, folder))
    for name, message in document.messages.items():
        if message.own:
            yield from review.own(name)
    if folder is not None:
        for file in _files(folder):
            yield from review.file(file, locale="")
        for inner in sorted(inner for inner in folder.glob("*") if inner.is_dir()):
            yield from _of_locale(review, inner)


def worded(document: Document, folder: Path | None) -> Iterator[Finding]:
    """Yield what fails when the messages of a document are worded with example values.

    The files may serve several versions: what is in them for others is nobody's fault.
    """
    from mentorflow.definitions import trial

    review = _Review(document, templates_of(document, folder))
    locales = ["", *(inner.name for inner in sorted(folder.glob("*/")))] if folder else [""]
    for name, message in document.messages.items():
        if message.own:
            yield from review.own(name)
            continue
        for locale in locales:
            if folder is not None and (folder / locale / (name + SUFFIX)).is_file():
                yield from trial.findings(document, review.templates, name, locale)


def templates_of(document: Document, folder: Path | None) -> Templates:
    """Return the templates of a document that need not hold up otherwise."""
    return Templates(folder, {name: message.own for name, message in document.messages.items()})


def _of_locale(review: "_Review", folder: Path) -> Iterator[Finding]:
    if folder.name.startswith(("_", ".")):
        return
    if folder.name not in fallbacks(folder.name):
        what = f"the folder {folder.name!r} is called after no locale, so nothing in it is read"
        yield Finding(file=str(folder), line=1, path="", message=what, hint="de or pt-BR would be")
        return
    for file in _files(folder):
        yield from review.file(file, locale=folder.name)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


class _Review(NamedTuple):
    """The templates of a document, under review."""

    document: Document
    templates: Templates

    def own(self, name: str) -> Iterator[Finding]:
        """Yield what is wrong with the templates that stand in the document."""
        from mentorflow.definitions import trial

        wrong = [
            self.document.finding(("messages", name, part), fault.message, hint=fault.hint)
            for part, text in self.document.messages[name].own.items()
            for fault in self._faults(text, blocks=())
        ]
        yield from wrong
        if not wrong:
            for found in trial.findings(self.document, self.templates, name):
                path = ("messages", *found.file.split(".")[1:])
                yield self.document.finding(path, found.message)

    def file(self, file: Path, *, locale: str) -> Iterator[Finding]:
        """Yield what is wrong with a template in a file."""
        from mentorflow.definitions import trial

        name = file.name.removesuffix(SUFFIX)
        if name not in {LETTER, *self.document.messages} and not name.startswith("_"):
            hint = nearest(name, self.document.messages)
            what = f"there is no message {name!r}"
            yield Finding(file=str(file), line=1, path="", message=what, hint=hint)
            return
        wrong = [_finding(file, fault) for fault in self._faults_in(file, name)]
        yield from wrong
        if wrong:
            return
        if name == LETTER:
            yield from trial.letter_findings(self.templates, locale)
        elif name in self.document.messages:
            yield from trial.findings(self.document, self.templates, name, locale)

    def _faults_in(self, file: Path, name: str) -> "Iterator[Fault]":
        from mentorflow.definitions.phrasing import Fault, syntax_faults

        try:
            source = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as failed:
            yield Fault(1, f"cannot be read as UTF-8: {failed}")
            return
        if name == LETTER:
            yield from self._faults(source, blocks=LETTER_PARTS)
        elif name in self.document.messages:
            yield from self._faults(source, blocks=PARTS)
        else:  # included by others, with names of theirs: it is tried where it is included
            yield from syntax_faults(self.templates.sandbox, source)

    def _faults(self, source: str, *, blocks: tuple[str, ...]) -> "Iterator[Fault]":
        from mentorflow.definitions import phrasing

        sandbox = self.templates.sandbox
        unreadable = list(phrasing.syntax_faults(sandbox, source))
        yield from unreadable
        if not unreadable:
            if blocks:
                yield from phrasing.block_faults(sandbox, source, blocks)
            yield from phrasing.name_faults(sandbox, source, self._known(blocks))

    def _known(self, blocks: tuple[str, ...]) -> "Known":
        from mentorflow.definitions.phrasing import Known

        document = self.document
        timers = (name for _, name, _ in document.timers())
        causes = {*document.events, *BUILT_IN_EVENTS, *timers}
        return Known(
            variables={**VARIABLES, **(LETTER_VARIABLES if blocks == LETTER_PARTS else {})},
            compared={"role": document.roles, "state": document.states, "cause": causes},
        )


def _finding(file: Path, fault: "Fault") -> Finding:
    return Finding(file=str(file), line=fault.line, path="", message=fault.message, hint=fault.hint)
