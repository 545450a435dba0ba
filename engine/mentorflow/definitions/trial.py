"""Words every message with example values, for every role and cause, and says what fails."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mentorflow.definitions.document import Do, Document, Escalate, Notify
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.templates import LETTER, LETTER_PARTS, PARTS, Parts, Templates
from mentorflow.definitions.variables import examples, letter_examples
from mentorflow.errors import WorkflowInvalid

STARTED = "mentorship.started"
CLIMBED = "ladder.climbed"


class Occasion(NamedTuple):
    """Who gets a message, and from which event or timer."""

    role: str
    cause: str


def findings(
    document: Document, templates: Templates, name: str, locale: str = ""
) -> Iterator[Finding]:
    """Yield what fails when a message is worded for all it is meant for."""
    parts = templates.parts(name, locale)
    seen: set[Finding] = set()
    for occasion in occasions(document, name):
        said = examples(role=occasion.role, cause=occasion.cause, state=document.initial)
        for values in said:
            for part in PARTS:
                seen.update(_tried(parts, part, values))
    yield from sorted(seen, key=lambda finding: finding.line)


def letter_findings(templates: Templates, locale: str = "") -> Iterator[Finding]:
    """Yield what fails when the words of the letter are tried."""
    parts = templates.parts(LETTER, locale)
    seen: set[Finding] = set()
    for values in letter_examples():
        for part in LETTER_PARTS:
            seen.update(_tried(parts, part, values))
    yield from sorted(seen, key=lambda finding: finding.line)


def occasions(document: Document, name: str) -> list[Occasion]:
    """Return everybody a message may go to, with each of the causes it may have."""
    ladders = [ladder for ladder in document.ladders.values() if _tells(ladder.rungs, name)]
    roles = dict.fromkeys(document.messages[name].to)
    for ladder in ladders:
        told = (role for rung in ladder.rungs if rung.message == name for role in rung.to)
        roles |= dict.fromkeys(told)
    causes = sorted(_causes(document, name)) or [""]
    return [Occasion(role, cause) for role in roles for cause in causes]


def _tells(rungs: Iterable[Any], name: str) -> bool:
    return any(rung.message == name for rung in rungs)


def _causes(document: Document, name: str) -> Iterator[str]:
    ladders = {ladder for ladder, rule in document.ladders.items() if _tells(rule.rungs, name)}
    entered: dict[str, set[str]] = {document.initial: {STARTED}}
    if ladders:
        yield CLIMBED
    for _, _, event, branch in document.branches():
        if branch.to is not None:
            entered.setdefault(branch.to, set()).add(event)
        if _says(branch.do, name, ladders):
            yield event
    for _, timer, rule in document.timers():
        if _says(rule.do, name, ladders):
            yield timer
    for state, entering in document.states.items():
        if _says(entering.enter.do, name, ladders):
            yield from entered.get(state, ())


def _says(do: Iterable[Do], name: str, ladders: set[str]) -> bool:
    return any(
        (isinstance(item, Notify) and item.notify == name)
        or (isinstance(item, Escalate) and item.escalate in ladders)
        for item in do
    )


def _tried(parts: Parts, part: str, values: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        said = parts.render(part, values)
    except WorkflowInvalid as invalid:
        for found in invalid.findings:
            yield Finding(file=found["file"], line=found["line"], path="", message=found["message"])
        return
    tried = parts.by_name.get(part)
    if tried is not None and not said.strip():
        yield tried.finding(f"{part} says nothing" + _to(values))


def _to(values: Mapping[str, Any]) -> str:
    return f" to a {values['role']} because of {values['cause']}" if values["cause"] else ""
