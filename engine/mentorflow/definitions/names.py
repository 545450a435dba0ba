"""Finds every name a document uses, and those that stand for nothing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from mentorflow.core.workflow import ANY, HOST, RETURN
from mentorflow.definitions.document import (
    Branch,
    Call,
    Do,
    Document,
    Escalate,
    Notify,
    Restart,
    State,
    Suspend,
    Timer,
)
from mentorflow.definitions.finding import Finding, Place, nearest
from mentorflow.definitions.pack import Pack

ENTERED = "entered"
"""The anchor every workflow has: the entry of the state the timer belongs to."""
BUILT_IN_EVENTS = frozenset(
    {
        "mentorship.started",
        "timer.fired",
        "timer.skipped",
        "ladder.climbed",
        "workflow.migrated",
        "escalation.acknowledged",
        "escalation.snoozed",
        "escalation.dismissed",
        "escalation.resolved",
    }
)
"""Events of the engine's own, which no document declares."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name used somewhere for something declared elsewhere."""

    kind: str
    """What it stands for, in words: timing, guard, message."""
    name: str
    path: Place
    among: Collection[str] | None = None
    """The names valid in this place, where they are not all of the kind."""


def unknown_names(document: Document, pack: Pack | None = None) -> list[Finding]:
    """Return a finding for each name that stands for nothing, or for something of the engine's.

    Without a pack, guards and records are not looked up.
    """
    valid = _declared(document, pack)
    findings = list(_reserved(document))
    for used in references(document):
        names = valid.get(used.kind) if used.among is None else used.among
        if names is not None and used.name not in names:
            message = f"there is no {used.kind} {used.name!r}"
            findings.append(document.finding(used.path, message, hint=nearest(used.name, names)))
    return findings


def references(document: Document) -> Iterator[Reference]:
    """Yield every name the document uses."""
    yield Reference("state", document.initial, ("initial",))
    yield Reference("timing", document.snooze, ("snooze",))
    yield from _in_events(document)
    for name, message in document.messages.items():
        yield from _listed("role", message.to, ("messages", name, "to"))
        if message.invites_to is not None:
            yield Reference("collection", message.invites_to, ("messages", name, "invites_to"))
    for path, _, event, branch in document.branches():
        yield Reference("event", event, path[:-1] if isinstance(path[-1], int) else path)
        yield from _in_branch(document, branch, path)
    for name, state in document.states.items():
        yield from _in_state(document, state, ("states", name))
    yield from _in_timings(document)
    yield from _in_timers(document)
    yield from _in_ladders(document)
    for name, collection in document.collections.items():
        path = ("collections", name, "states")
        yield from _listed("state", collection.states, path)


def _declared(document: Document, pack: Pack | None) -> Mapping[str, Collection[str]]:
    declared: dict[str, Collection[str]] = {
        "state": document.states,
        "target": {*document.states, RETURN, ANY},
        "event": document.events,
        "timing": document.timings,
        "anchor": {*document.anchors, ENTERED},
        "timer": {name for _, name, _ in document.timers()},
        "message": document.messages,
        "collection": document.collections,
        "call": document.calls,
        "ladder": document.ladders,
        "role": document.roles,
        "sender": {*document.roles, HOST},
    }
    if pack is not None:
        declared |= {"guard": pack.guards, "record": pack.records}
    return declared


def _in_events(document: Document) -> Iterator[Reference]:
    for name, event in document.events.items():
        path = ("events", name)
        yield from _listed("sender", event.by, (*path, "by"))
        yield from _listed("guard", event.require, (*path, "require"))
        yield from _listed("record", event.record, (*path, "record"))


def _in_branch(document: Document, branch: Branch, path: Place) -> Iterator[Reference]:
    if branch.to is not None:
        yield Reference("target", branch.to, (*path, "to"))
    yield from _listed("guard", branch.when, (*path, "when"))
    yield from _listed("record", branch.record, (*path, "record"))
    yield from _in_do(document, branch.do, (*path, "do"))


def _in_state(document: Document, state: State, path: Place) -> Iterator[Reference]:
    yield from _listed("record", state.enter.record, (*path, "enter", "record"))
    yield from _in_do(document, state.enter.do, (*path, "enter", "do"))
    yield from _listed("timer", state.suspends, (*path, "suspends"))
    yield from _listed("event", state.passes, (*path, "passes"))


def _in_timings(document: Document) -> Iterator[Reference]:
    for name, timing in document.timings.items():
        if timing.longer_than is not None:
            yield Reference("timing", timing.longer_than, ("timings", name, "longer_than"))


def _in_timers(document: Document) -> Iterator[Reference]:
    for path, _, timer in document.timers():
        for key, name in (
            ("after", timer.after),
            ("every", timer.every),
            ("before", timer.before),
        ):
            if name is not None:
                yield Reference("timing", name, (*path, key))
        yield _anchor(document, timer, path)
        yield from _listed("guard", timer.unless, (*path, "unless"))
        if timer.fire is not None:
            yield Reference("event", timer.fire, (*path, "fire"))
        yield from _in_do(document, timer.do, (*path, "do"))


def _anchor(document: Document, timer: Timer, path: Place) -> Reference:
    among = None
    if path[0] == "collections":
        among = document.collections[str(path[1])].anchors
    return Reference("anchor", timer.anchor, (*path, "anchor"), among)


def _in_ladders(document: Document) -> Iterator[Reference]:
    for name, ladder in document.ladders.items():
        path = ("ladders", name)
        for index, rung in enumerate(ladder.rungs):
            place: Place = (*path, "rungs", index)
            yield from _listed("role", rung.to, (*place, "to"))
            yield Reference("timing", rung.after, (*place, "after"))
            yield Reference("message", rung.message, (*place, "message"))
        yield from _listed("guard", ladder.unless, (*path, "unless"))
        if ladder.repeat is not None:
            yield Reference("timing", ladder.repeat, (*path, "repeat"))


def _in_do(document: Document, do: tuple[Do, ...], path: Place) -> Iterator[Reference]:
    for index, item in enumerate(do):
        place: Place = (*path, index)
        if isinstance(item, Notify):
            yield Reference("message", item.notify, (*place, "notify"))
        elif isinstance(item, Call):
            yield Reference("call", item.call, (*place, "call"))
        elif isinstance(item, Escalate):
            yield from _in_escalate(document, item, place)
        elif isinstance(item, Restart):
            yield from _listed("timer", item.restart, (*place, "restart"))
        elif isinstance(item, Suspend):
            yield from _listed("timer", item.suspend, (*place, "suspend"))
        else:
            yield from _listed("timer", item.resume, (*place, "resume"))


def _in_escalate(document: Document, item: Escalate, path: Place) -> Iterator[Reference]:
    yield Reference("ladder", item.escalate, (*path, "escalate"))
    ladder = document.ladders.get(item.escalate)
    if item.at is not None and ladder is not None:
        told = {role for rung in ladder.rungs for role in rung.to}
        kind = f"rung of {item.escalate} that tells"
        yield Reference(kind, item.at, (*path, "at"), told)


def _listed(kind: str, names: tuple[str, ...], path: Place) -> Iterator[Reference]:
    for index, name in enumerate(names):
        yield Reference(kind, name, (*path, index))


def _reserved(document: Document) -> Iterator[Finding]:
    taken: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
        ("states", document.states, {RETURN, ANY, "ladder"}),
        ("roles", document.roles, {HOST}),
        ("anchors", document.anchors, {ENTERED}),
        ("events", document.events, BUILT_IN_EVENTS),
        ("collections", document.collections, {"ladder", *document.states}),
    )
    for section, names, reserved in taken:
        for name in names:
            if name in reserved:
                what = "a state is called so" if name in document.states else "it is the engine's"
                message = f"the name {name!r} is taken: {what}"
                yield document.finding((section, name), message, hint="choose another")
