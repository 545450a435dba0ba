"""What `explain` knows, told in sentences."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mentorflow.cli.wording import WHY, distance, due, local, reason, words
from mentorflow.clock import SystemClock
from mentorflow.core.mentorship import Mentorship

_PUT_OFF = {
    "plan": ", put off so that not all it was planned with fire at once",
    "resume": ", put off since its program was frozen",
    "migration": ", put off so that not all that were moved to its version fire at once",
    "limit": ", put off by the limit of its timing",
    "jitter": ", put off so that not all of its timing fire at once",
    "retry": ", put off since it could not be decided",
}


def sentences(mentorship: Mentorship, explained: Mapping[str, Any]) -> Iterator[str]:
    """Yield what there is to say of a mentorship, one sentence or list item a line."""
    name = mentorship.key or mentorship.id
    since = datetime.fromisoformat(explained["since"])
    ago = distance(since, SystemClock().now())
    yield f"{name} is in {explained['state']} since {local(since)} ({ago})."
    if explained["help"]:
        yield f"That means: {explained['help']}"
    yield _arrival(explained["because"])
    if explained["outcome"]:
        yield f"Its outcome is {explained['outcome']}."
    if explained["returns_to"]:
        yield f"It will return to {' and then '.join(reversed(explained['returns_to']))}."
    yield from frozen_sentences(mentorship.program, explained["frozen"])
    yield from _listed("What happens next:", map(_next, explained["upcoming"]))
    yield from _listed("These stand still for now:", explained["suspended"])
    aside = map(_aside, explained["set_aside"])
    yield from _listed("These are set aside until the program goes on:", aside)
    yield from _listed("These were due but had no reason left:", map(_skip, explained["skipped"]))
    yield from _listed("Escalations that are not over:", map(_escalation, explained["escalations"]))
    yield from _listed("Messages that did not go out at once:", map(_unsent, explained["unsent"]))
    if explained["allowed_events"]:
        yield f"It takes: {', '.join(explained['allowed_events'])}."
    else:
        yield "It takes no events any more."


def frozen_sentences(program: str, found: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what there is to say of a program that is frozen."""
    if found is not None:
        since = local(datetime.fromisoformat(found["since"]))
        by = f" by {found['by']}" if found["by"] else ""
        yield f"The program {program} is frozen since {since}{by}: {found['because']}."
        yield "None of its timers fires until it is resumed."


def _listed(title: str, items: Iterator[str]) -> Iterator[str]:
    lines = list(items)
    if lines:
        yield title
        yield from (f"  - {line}" for line in lines)


def _arrival(entry: Mapping[str, Any]) -> str:
    at = local(datetime.fromisoformat(entry["at"]))
    came = f"It came there from {entry['from']}" if entry["from"] else "It started there"
    if entry["cause"]:
        return f"{came} on {at} by {entry['event']}, because time passed: {_cause(entry['cause'])}."
    by = f" from {entry['by']}" if entry["by"] else " from the host app"
    return f"{came} on {at} by {entry['event']}{by}."


def _cause(cause: Mapping[str, Any]) -> str:
    return f"{cause['timer']} was due, where {_reason(cause)}"


def _next(timer: Mapping[str, Any]) -> str:
    due_at = datetime.fromisoformat(timer["due_at"])
    does = [*([f"send {timer['fires']}"] if timer["fires"] else []), *timer["does"]]
    what = f" will {', '.join(does) or 'tell the next rung'}"
    unless = f", unless {' or '.join(map(words, timer['unless']))}" if timer["unless"] else ""
    near = due(due_at, SystemClock().now())
    put_off = _PUT_OFF.get(timer["put_off_by"], "")
    return f"{local(due_at)} ({near}): {timer['timer']}{what}{unless}; {_reason(timer)}{put_off}."


def _reason(timer: Mapping[str, Any]) -> str:
    anchor_at = datetime.fromisoformat(timer["anchor_at"])
    return reason(timer["value"], timer["timing"], timer["scope"], timer["anchor"], anchor_at)


def _aside(timer: Mapping[str, Any]) -> str:
    return f"{timer['timer']}, which came due {local(datetime.fromisoformat(timer['came_due_at']))}"


def _skip(entry: Mapping[str, Any]) -> str:
    at = local(datetime.fromisoformat(entry["at"]))
    return f"{at}: {entry['data'].get('timer')}, for {words(str(entry['data'].get('because')))}."


def _escalation(found: Mapping[str, Any]) -> str:
    return f"{found['ladder']} is {found['status']}, {found['rung']} told: {found['id']}"


def _unsent(message: Mapping[str, Any]) -> str:
    why = WHY.get(message["why"], "it could not be delivered yet")
    if message["status"] in {"held", "merged"}:
        at = local(datetime.fromisoformat(message["goes_out_at"]))
        return f"{message['message']} to {message['person']} goes out on {at}: {why}."
    return f"{message['message']} to {message['person']} was {message['status']}: {why}."
