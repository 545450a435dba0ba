"""Finds what a document or its pack declares and nothing uses."""

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import Finding, Severity
from mentorflow.definitions.names import references
from mentorflow.definitions.pack import Pack


def findings(document: Document, pack: Pack | None = None) -> Iterator[Finding]:
    """Yield what is declared and not used; without a pack Python's use is not known."""
    used: dict[str, set[str]] = {}
    for reference in references(document):
        used.setdefault(reference.kind, set()).add(reference.name)
    if pack is not None:
        used.setdefault("timing", set()).update(_texts_in(pack))
        yield from _unused_in_pack(document, pack, used)
    yield from _unused(document, used, pack)
    yield from _events(document, used.get("event", set()))


def _unused(document: Document, used: dict[str, set[str]], pack: Pack | None) -> Iterator[Finding]:
    read = "" if pack is not None else "unless a guard or a record reads it"
    sections: tuple[tuple[str, str, Iterable[str], str], ...] = (
        ("timings", "timing", document.timings, read),
        ("anchors", "anchor", document.anchors, ""),
        ("messages", "message", document.messages, ""),
        ("calls", "call", document.calls, ""),
        ("ladders", "ladder", document.ladders, ""),
    )
    for section, kind, names, unless in sections:
        for name in names:
            if name not in used.get(kind, set()):
                hint = f"drop it {unless}".strip()
                message = f"the {kind} is used nowhere"
                yield document.finding(
                    (section, name), message, hint=hint, severity=Severity.WARNING
                )


def _unused_in_pack(document: Document, pack: Pack, used: dict[str, set[str]]) -> Iterator[Finding]:
    for kind, names in (("guard", pack.guards), ("record", pack.records)):
        for name in names:
            if name not in used.get(kind, set()):
                message = f"the pack's {kind} {name!r} is used nowhere"
                yield document.finding((), message, severity=Severity.WARNING)


def _events(document: Document, used: set[str]) -> Iterator[Finding]:
    offered = {event for _, _, event, _ in document.branches()}
    fired = {timer.fire for _, _, timer in document.timers()}
    for name, event in document.events.items():
        if name not in offered:
            hint = "add it to the `events` of a state, or drop it"
            message = "is only passed on" if name in used else "no state takes this event"
            yield document.finding(("events", name), message, hint=hint)
        if not event.by and name not in fired:
            hint = "name who may send it in `by`, or give a timer `fire: " + name + "`"
            yield document.finding(("events", name), "nobody sends it and no timer", hint=hint)


def _texts_in(pack: Pack) -> set[str]:
    """Return the texts in the Python behind a pack, among them the timings its rules read."""
    texts: set[str] = set()
    seen: set[int] = set()
    ahead: list[Any] = [*pack.guards.values(), *pack.records.values()]
    while ahead:
        value = ahead.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, FunctionType):
            ahead += [value.__code__, *(cell.cell_contents for cell in value.__closure__ or ())]
            ahead += [value.__globals__.get(name) for name in value.__code__.co_names]
        elif isinstance(value, CodeType):
            ahead += value.co_consts
        elif isinstance(value, str):
            texts.add(value)
        elif isinstance(value, tuple | frozenset):
            ahead += value
    return texts
