"""Words every message with example values, for every role and cause, and says what fails."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mentorflow.core.decide import STARTED
from mentorflow.core.escalating import CLIMBED
from mentorflow.core.workflow import ANY, RETURN
from mentorflow.definitions.document import Branch, Do, Document, Escalate, Notify, Rung
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.templates import LETTER, LETTER_PARTS, PARTS, Parts, Templates
from mentorflow.definitions.variables import examples, letter_examples
from mentorflow.errors import WorkflowInvalid


class Occasion(NamedTuple):
    """Who gets a message, from which event or timer, and in which state it then is."""

    role: str
    cause: str
    state: str


def findings(
    document: Document, templates: Templates, name: str, locale: str = ""
) -> Iterator[Finding]:
    """Yield what fails when a message is worded for all it is meant for."""
    parts = templates.parts(name, locale)
    seen: set[Finding] = set()
    for occasion in occasions(document, name):
        said = examples(role=occasion.role, cause=occasion.cause, state=occasion.state)
        for values in said:
            for part in PARTS:
                seen.update(_tried(parts, part, values))
    yield from sorted(seen, key=lambda finding: (finding.line, finding.message))


def letter_findings(templates: Templates, locale: str = "") -> Iterator[Finding]:
    """Yield what fails when the words of the letter are tried."""
    parts = templates.parts(LETTER, locale)
    seen: set[Finding] = set()
    for values in letter_examples():
        for part in LETTER_PARTS:
            seen.update(_tried(parts, part, values))
    yield from sorted(seen, key=lambda finding: (finding.line, finding.message))


def occasions(document: Document, name: str) -> list[Occasion]:
    """Return everybody a message may go to, with each of the causes it may have."""
    ladders = {ladder for ladder, rule in document.ladders.items() if _tells(rule.rungs, name)}
    roles = dict.fromkeys(document.messages[name].to)
    for ladder in ladders:
        told = (rung.to for rung in document.ladders[ladder].rungs if rung.message == name)
        roles |= dict.fromkeys(role for to in told for role in to)
    causes = sorted(set(_causes(document, name, ladders))) or [("", document.initial)]
    return [Occasion(role, *cause) for role in roles for cause in causes]


def _tells(rungs: Iterable[Rung], name: str) -> bool:
    return any(rung.message == name for rung in rungs)


def _causes(document: Document, name: str, ladders: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what a message comes from, each with a state the mentorship is in afterwards."""
    entering = [(STARTED, document.initial)]
    for _, state, event, branch in document.branches():
        after = _after(document, state, branch)
        entering += [(event, into) for into in after if branch.to not in {None, RETURN, ANY}]
        if _says(branch.do, name, ladders):
            yield from ((event, into) for into in after)
            yield from ((CLIMBED, into) for into in after if ladders)
    for path, timer, rule in document.timers():
        if _says(rule.do, name, ladders):
            owner = str(path[1])
            among = document.collections
            yield timer, among[owner].states[0] if owner in among else owner
    for event, into in entering:
        entered = document.states.get(into)  # a state that is not there is told elsewhere
        if entered is not None and _says(entered.enter.do, name, ladders):
            yield event, into


def _after(document: Document, state: str | None, branch: Branch) -> set[str]:
    """Return the states a branch may leave a mentorship in."""
    if branch.to == RETURN:
        return {below for _, below, _, other in document.branches() if other.to == state and below}
    into = branch.to or state
    return {into} if into is not None and into in document.states else {document.initial}


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
