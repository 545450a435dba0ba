"""Checks what the engine counts and takes: timings, ladders and event payloads."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from mentorflow.core.duration import Duration
from mentorflow.core.workflow import ANY
from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import Finding, Place, Severity, nearest
from mentorflow.definitions.names import ENTERED
from mentorflow.definitions.pack import Pack


def findings(document: Document, pack: Pack | None = None) -> Iterator[Finding]:
    """Yield what is counted wrongly; payloads only with a pack."""
    yield from _recurring(document)
    yield from _backwards(document)
    yield from _daily(document)
    yield from _ladders(document)
    yield from _out_of_order(document)
    if pack is not None:
        yield from _payloads(document, pack)


def _recurring(document: Document) -> Iterator[Finding]:
    """Yield timings by which something recurs and which may be set to no time at all."""
    recurring = [((*path, "every"), timer.every) for path, _, timer in document.timers()]
    recurring += [
        (("ladders", name, "repeat"), ladder.repeat) for name, ladder in document.ladders.items()
    ]
    for path, name in recurring:
        timing = document.timings.get(name or "")
        if timing is not None and Duration.parse(timing.min).is_zero:
            message = f"recurs by {name!r}, whose min is {timing.min}: it would never rest"
            yield document.finding(path, message, hint=f"raise timings.{name}.min")


def _backwards(document: Document) -> Iterator[Finding]:
    for path, _, timer in document.timers():
        if timer.before is not None and timer.anchor == ENTERED:
            hint = "name the anchor it precedes"
            yield document.finding(path, "is before the state is entered", hint=hint)


def _daily(document: Document) -> Iterator[Finding]:
    """Yield timers that would come several times a day if they did not wait for one time of it."""
    for path, _, timer in document.timers():
        timing = document.timings.get(timer.every or "")
        if timer.at is None or timing is None:
            continue
        span = Duration.parse(timing.default).times(timer.times)
        if span.length < timedelta(days=1):
            message = f"waits for {timer.at} and so comes once a day, though it recurs by {span}"
            hint = f"leave it out, or recur by a timing longer than {timer.every}"
            yield document.finding((*path, "at"), message, hint=hint, severity=Severity.WARNING)


def _ladders(document: Document) -> Iterator[Finding]:
    for name, ladder in document.ladders.items():
        before: Duration | None = None
        for index, rung in enumerate(ladder.rungs):
            timing = document.timings.get(rung.after)
            if timing is None:
                continue
            after = Duration.parse(timing.default)
            if before is not None and after.length <= before.length:
                path: Place = ("ladders", name, "rungs", index, "after")
                message = f"comes {after} after the start, no later than the rung before it"
                hint = f"give {rung.after} a default of more than {before}"
                yield document.finding(path, message, hint=hint)
            before = after


def _out_of_order(document: Document) -> Iterator[Finding]:
    for name, timing in document.timings.items():
        other = document.timings.get(timing.longer_than or "")
        if other is None:
            continue
        least = Duration.parse(other.default)
        if Duration.parse(timing.default).length <= least.length:
            path: Place = ("timings", name, "longer_than")
            message = f"is {timing.default}, no longer than {timing.longer_than} ({least})"
            hint = f"give {name} a default of more than {least}"
            yield document.finding(path, message, hint=hint)


def _payloads(document: Document, pack: Pack) -> Iterator[Finding]:
    sendable = {name for name, event in document.events.items() if event.by}
    for name in pack.payloads:
        if name not in sendable:
            what = "only time sends" if name in document.events else "does not exist"
            path: Place = ("events", name) if name in document.events else ("events",)
            message = f"the pack has a payload for {name!r}, which {what}"
            yield document.finding(path, message, hint=nearest(name, sendable))
    for name in document.events:
        if name in sendable:
            yield from _payload(document, name, pack.payloads.get(name))
    for path, _, event, branch in document.branches():
        model = pack.payloads.get(event)
        if branch.to == ANY and model is not None and "to" not in model.model_fields:
            message = f"leads to the state in data.to, and {model.__name__} has no field `to`"
            yield document.finding((*path, "to"), message)


def _payload(document: Document, event: str, model: type[BaseModel] | None) -> Iterator[Finding]:
    path: Place = ("events", event)
    if model is None:
        hint = "add one to the pack; an empty one for an event without data"
        yield document.finding(path, "the pack has no payload model for this event", hint=hint)
        return
    if model.model_config.get("extra") != "forbid":
        message = f"the payload model {model.__name__} takes fields it does not know"
        yield document.finding(path, message, hint='set extra="forbid"')
    if not _examples(model):
        hint = 'add json_schema_extra={"examples": [...]} to its model_config'
        yield document.finding(path, f"{model.__name__} has no example", hint=hint)


def examples(document: Document, pack: Pack) -> Iterator[Finding]:
    """Yield the examples that their own payload model refuses."""
    for name, model in pack.payloads.items():
        if name not in document.events:
            continue
        for index, example in enumerate(_examples(model)):
            fault = _refusal(model, example)
            if fault:
                message = f"example {index} of {model.__name__} is not accepted: {fault}"
                yield document.finding(("events", name), message)


def _examples(model: type[BaseModel]) -> list[Any]:
    extra = model.model_config.get("json_schema_extra")
    examples = extra.get("examples") if isinstance(extra, dict) else None
    return examples if isinstance(examples, list) else []


def _refusal(model: type[BaseModel], example: Any) -> str | None:
    try:
        model.model_validate_json(json.dumps(example))
    except (TypeError, ValueError) as error:
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"
        return str(error)
    return None
