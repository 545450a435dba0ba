"""Proves that a mentorship gets about: every state is reached, and none holds it for good.

A state that is neither final nor resting needs a timer that leads out whatever people do. Such a
timer has an anchor that can always be had: the entry of the state, or a fact that falls back to it.
A date of the host's does not count, since a mentorship may lack it, nor does a timer with `unless`
or one that stands still in its own state. Its event must lead elsewhere by the first branch that
has no claims; where the way out hangs on claims, the timer must recur so that it asks again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mentorflow.core.workflow import ANY, RETURN
from mentorflow.definitions.document import (
    Branch,
    Do,
    Document,
    Resume,
    Suspend,
    Timer,
    branches_of,
)
from mentorflow.definitions.finding import Finding, Place, Severity, nearest
from mentorflow.definitions.names import ENTERED


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways through a document, as the engine takes them."""

    document: Document
    below: Mapping[str, frozenset[str]]
    """For each detour, the states that can lie below it."""

    @classmethod
    def of(cls, document: Document) -> "Ways":
        """Work out the ways through a document."""
        return cls(document, _below(document))

    def branches(self, state: str, event: str) -> tuple[Branch, ...]:
        """Return the branches a state has for an event, of its own or as every state."""
        own = self.document.states[state].events.get(event)
        if own is not None:
            return branches_of(own)
        anywhere = self.document.anywhere.get(event, ())
        return () if self.document.states[state].final else branches_of(anywhere)

    def takes(self, state: str, event: str) -> bool:
        """Whether an event can do anything in a state."""
        passed = event in self.document.states[state].passes
        if passed and not self.branches(state, event):
            return any(self.branches(under, event) for under in self.below[state])
        return bool(self.branches(state, event))


def findings(document: Document) -> Iterator[Finding]:
    """Yield what keeps a mentorship from getting about."""
    ways = Ways.of(document)
    yield from _initial(document)
    yield from _unreached(document)
    yield from _unanswered_timers(ways)
    yield from _dead_ends(ways)
    yield from _detours(ways)
    yield from _finals(document)
    yield from _never_tried(document)


def _below(document: Document) -> dict[str, frozenset[str]]:
    detours = {name for name, state in document.states.items() if state.detour}
    entries: set[tuple[str, str]] = set()
    for start, target in _moves(document):
        if target in detours and start != target:
            entries.add((start, target))
    below: dict[str, frozenset[str]] = dict.fromkeys(detours, frozenset())
    for _ in detours:  # as deep as detours can be stacked
        for start, detour in entries:
            left = document.states[start]
            under = below[start] if left.detour else frozenset[str]()
            stays = not left.detour or left.resumable
            below[detour] |= (under | {start} if stays else under) - {detour}
    return below


def _moves(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every way from one named state to another; overrides to any state do not count."""
    living = [name for name, state in document.states.items() if not state.final]
    for _, state, _, branch in document.branches():
        if branch.to is not None and branch.to in document.states:
            for start in living if state is None else [state]:
                yield start, branch.to


def _initial(document: Document) -> Iterator[Finding]:
    state = document.states.get(document.initial)
    if state is not None and (state.final or state.detour):
        what = "final" if state.final else "a detour"
        yield document.finding(("initial",), f"a mentorship cannot start in a state that is {what}")


def _unreached(document: Document) -> Iterator[Finding]:
    edges: dict[str, set[str]] = {name: set() for name in document.states}
    for start, target in _moves(document):
        edges[start].add(target)
    reached: set[str] = set()
    ahead = {document.initial} & edges.keys()
    while ahead:
        reached |= ahead
        ahead = {to for name in ahead for to in edges[name]} - reached
    for name in document.states:
        if name not in reached:
            hint = f"give a state that {document.initial!r} leads to a branch with `to: {name}`"
            yield document.finding(("states", name), "no event leads to this state", hint=hint)


def _unanswered_timers(ways: Ways) -> Iterator[Finding]:
    """Yield timers whose event nobody takes, in their own state or in a detour above it."""
    document = ways.document
    for path, name, timer in document.timers():
        if timer.fire is None or timer.fire not in document.events:
            continue
        for state in _states_where_runs(ways, path, name):
            if not ways.takes(state, timer.fire):
                message = f"fires {timer.fire!r}, which {state!r} does not take"
                yield document.finding((*path, "fire"), message, hint=_taking(path, state))


def _taking(path: Place, state: str) -> str:
    if state == path[1] or path[0] == "collections":
        return f"add it to states.{state}.events"
    return f"add it to states.{state}.passes, or the timer to its suspends"


def _states_where_runs(ways: Ways, path: Place, name: str) -> list[str]:
    """Return the states a timer can fall due in: detours do not stop it unless they say so."""
    states = ways.document.states
    if path[0] == "collections":
        collection = ways.document.collections[str(path[1])]
        return [state for state in collection.states if state in states]
    owner = str(path[1])
    above = [d for d, under in ways.below.items() if owner in under]
    return [owner, *(detour for detour in sorted(above) if name not in states[detour].suspends)]


def _dead_ends(ways: Ways) -> Iterator[Finding]:
    for name, state in ways.document.states.items():
        if state.final or state.resting:
            continue
        faults = {
            timer: _exit_fault(ways, name, name=f"{name}.{timer}", timer=rule)
            for timer, rule in state.timers.items()
        }
        if any(fault is None for fault in faults.values()):
            continue
        near = [f"{timer} {fault}" for timer, fault in faults.items() if state.timers[timer].fire]
        hint = "; ".join(near[:3]) or "add a timer that fires an event with a `to`"
        message = "a mentorship can be stuck here: no timer is sure to lead out"
        yield ways.document.finding(("states", name), message, hint=hint)


def _exit_fault(ways: Ways, state: str, *, name: str, timer: Timer) -> str | None:
    """Return why a timer does not ensure that a mentorship leaves a state; None if it does."""
    if timer.fire is None:
        return "fires no event"
    leads = _leads_out(ways, state, timer.fire)
    if leads is None:
        return f"fires {timer.fire}, which leads nowhere else"
    if leads == "claims" and timer.every is None:
        return f"fires {timer.fire} once, and the way out hangs on claims; give it `every`"
    return _falls_due_fault(ways.document, state, name=name, timer=timer)


def _falls_due_fault(document: Document, state: str, *, name: str, timer: Timer) -> str | None:
    if timer.unless:
        return "has an `unless`"
    if timer.before is not None or not _always_had(document, timer.anchor):
        return f"counts from {timer.anchor}, which may never be there"
    if _stands_still(document, state, name):
        return "is suspended and no timer resumes it"
    return None


def _leads_out(ways: Ways, state: str, event: str) -> str | None:
    """Return `surely` or `claims` for a way out of a state by an event, None if there is none."""
    rule = ways.document.events.get(event)
    leading: list[bool] = []
    for branch in ways.branches(state, event):
        leading.append(branch.to not in {None, state})
        if not branch.when:
            break
    else:
        return "claims" if any(leading) else None
    if not any(leading):
        return None
    return "surely" if all(leading) and rule is not None and not rule.require else "claims"


def _always_had(document: Document, anchor: str) -> bool:
    rule = document.anchors.get(anchor)
    return anchor == ENTERED or (rule is not None and rule.otherwise is not None)


def _stands_still(document: Document, state: str, timer: str) -> bool:
    """Whether a timer may be suspended in its own state and not resumed there in time."""
    if timer in document.states[state].suspends:
        return True
    if not any(timer in item.suspend for item in _doings(document) if isinstance(item, Suspend)):
        return False
    fired = {rule.fire for rule in document.states[state].timers.values()}
    resumed = (
        item
        for event, branches in document.states[state].events.items()
        if event in fired
        for branch in branches_of(branches)
        for item in branch.do
    )
    return not any(timer in item.resume for item in resumed if isinstance(item, Resume))


def _doings(document: Document) -> Iterator[Do]:
    for _, _, _, branch in document.branches():
        yield from branch.do
    for state in document.states.values():
        yield from state.enter.do
    for _, _, timer in document.timers():
        yield from timer.do


def _detours(ways: Ways) -> Iterator[Finding]:
    document = ways.document
    returning = {state for _, state, _, branch in document.branches() if branch.to == RETURN}
    for name, state in document.states.items():
        path: Place = ("states", name)
        if not state.detour:
            continue
        if name not in returning:
            hint = "give it a branch with `to: return`"
            yield document.finding(path, "nothing leads back from this detour", hint=hint)
        yield from _suspends(ways, name)
        yield from _passes(ways, name)
    for path, at, _, branch in document.branches():
        if branch.to == RETURN and (at is None or not document.states[at].detour):
            message = "only a detour has a state below it to return to"
            yield document.finding((*path, "to"), message)


def _suspends(ways: Ways, name: str) -> Iterator[Finding]:
    document, under = ways.document, ways.below[name]
    owners = under | {
        collection
        for collection, rule in document.collections.items()
        if under & set(rule.states) or name in rule.states
    }
    for index, timer in enumerate(document.states[name].suspends):
        owner = timer.rpartition(".")[0]
        if owner in owners or owner not in {*document.states, *document.collections}:
            continue
        path: Place = ("states", name, "suspends", index)
        message = f"{owner!r} is never below {name!r}, so {timer!r} need not stand still"
        yield document.finding(path, message, hint=nearest(owner, owners))


def _passes(ways: Ways, name: str) -> Iterator[Finding]:
    document = ways.document
    for index, event in enumerate(document.states[name].passes):
        path: Place = ("states", name, "passes", index)
        if event in document.states[name].events:
            message = f"{event!r} is taken by {name!r} itself, so it never passes"
            yield document.finding(path, message, severity=Severity.WARNING)
        elif event in document.events and not ways.takes(name, event):
            message = f"no state below {name!r} takes {event!r}"
            yield document.finding(path, message, severity=Severity.WARNING)


def _finals(document: Document) -> Iterator[Finding]:
    for name, state in document.states.items():
        for section in ("timers", "events"):
            if state.final and getattr(state, section):
                path: Place = ("states", name, section)
                hint = "drop them, or make the state `resting`"
                yield document.finding(path, f"a final state has no {section}", hint=hint)
    for name, collection in document.collections.items():
        for index, at in enumerate(collection.states):
            if at in document.states and document.states[at].final:
                path = ("collections", name, "states", index)
                yield document.finding(path, f"{at!r} is final and has no timers")


def _never_tried(document: Document) -> Iterator[Finding]:
    settled: set[Place] = set()
    for path, _, _, branch in document.branches():
        if not isinstance(path[-1], int):
            continue
        if path[:-1] in settled:
            hint = "put the branch without `when` last"
            yield document.finding(path, "is never tried: one before has no claims", hint=hint)
        if not branch.when:
            settled.add(path[:-1])
    for path, _, _, branch in document.branches():
        target = document.states.get(branch.to or "")
        if branch.outcome is not None and branch.to != ANY and not _ends(document, branch):
            message = "an outcome is for a branch that leads to a final or resting state"
            yield document.finding((*path, "outcome"), message)
        elif target is not None and target.final and branch.outcome is None:
            message = f"leads to {branch.to!r} without an outcome"
            hint = "say how it ended with `outcome`"
            yield document.finding(path, message, hint=hint, severity=Severity.WARNING)


def _ends(document: Document, branch: Branch) -> bool:
    target = document.states.get(branch.to or "")
    return target is not None and (target.final or target.resting)
