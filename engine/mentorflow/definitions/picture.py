"""What a drawing of a workflow shows: its states, and the ways between them with their events."""

from collections.abc import Iterator
from dataclasses import dataclass

from mentorflow.core.workflow import ANY, RETURN, StateRule, TimerRule, Workflow
from mentorflow.definitions.names import ENTERED


@dataclass(frozen=True, slots=True)
class Label:
    """An event that leads along a way."""

    event: str
    when: str = ""
    """How time sends it: `after 14d`; empty for an event that people send."""
    claims: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The label in one line."""
        return f"{self.event} {self.when}".rstrip()


@dataclass(frozen=True, slots=True)
class Way:
    """Everything that leads from one state to another."""

    source: str
    target: str
    labels: tuple[Label, ...]
    returns: bool = False
    """Whether it leads into a detour that comes back."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The states and ways of a workflow."""

    workflow: Workflow
    ways: tuple[Way, ...]
    returns: tuple[Way, ...]
    """The ways back from the detours to the states they were entered from."""
    anywhere: tuple[tuple[str, tuple[str, ...]], ...]
    """What every state that is not final takes, and the states it leads to; none: any state."""

    @property
    def anywhere_lines(self) -> tuple[str, ...]:
        """What every state takes, a line each."""
        arrow = "\N{RIGHTWARDS ARROW}"
        return tuple(
            f"{event} {arrow} {', '.join(targets) or 'any state'}"
            for event, targets in self.anywhere
        )

    @classmethod
    def of(cls, workflow: Workflow) -> "Picture":
        """Collect what is to be drawn of a workflow."""
        ways = tuple(way for state in workflow.states.values() for way in _from(workflow, state))
        return cls(workflow, ways, tuple(_returns(workflow, ways)), tuple(_anywhere(workflow)))


def _from(workflow: Workflow, state: StateRule) -> Iterator[Way]:
    labels: dict[str, dict[Label, None]] = {}
    for event, branches in state.events.items():
        when = _when(workflow, state, event)
        for branch in branches:
            if branch.to is not None and branch.to in workflow.states:
                claims = tuple(guard.name for guard in branch.when)
                labels.setdefault(branch.to, {})[Label(event, when, claims)] = None
    for target, found in labels.items():
        yield Way(state.name, target, _once(found), returns=_returns_to(workflow, state, target))


def _once(labels: dict[Label, None]) -> tuple[Label, ...]:
    """Return one label per event: which of its branches leads there matters little in a drawing."""
    by_event: dict[str, Label] = {}
    for label in labels:
        by_event.setdefault(label.event, label)
    return tuple(sorted(by_event.values(), key=lambda label: bool(label.when)))


def _returns_to(workflow: Workflow, state: StateRule, target: str) -> bool:
    detour = workflow.states[target]
    stays = not state.is_detour or state.is_resumable
    return detour.is_detour and stays and bool(_returning(workflow, detour))


def _returning(workflow: Workflow, detour: StateRule) -> tuple[Label, ...]:
    return tuple(
        Label(event, _when(workflow, detour, event))
        for event, branches in detour.events.items()
        if any(branch.to == RETURN for branch in branches)
    )


def _returns(workflow: Workflow, ways: tuple[Way, ...]) -> Iterator[Way]:
    for way in ways:
        if way.returns:
            labels = _returning(workflow, workflow.states[way.target])
            yield Way(way.target, way.source, labels)


def _anywhere(workflow: Workflow) -> Iterator[tuple[str, tuple[str, ...]]]:
    for event, branches in workflow.anywhere.items():
        targets = dict.fromkeys(branch.to for branch in branches if branch.to is not None)
        if targets:
            yield event, () if ANY in targets else tuple(targets)


def _when(workflow: Workflow, state: StateRule, event: str) -> str:
    spans = (_span(workflow, timer) for timer in state.timers if timer.fires == event)
    return " or ".join(dict.fromkeys(spans))


def _span(workflow: Workflow, timer: TimerRule) -> str:
    at = "" if timer.at is None else f" at {timer.at:%H:%M}"
    return _length(workflow, timer) + at


def _length(workflow: Workflow, timer: TimerRule) -> str:
    first = str(workflow.timings[timer.first].default.times(timer.factor))
    if timer.is_before:
        return f"{first} before {timer.anchor}"
    if timer.anchor != ENTERED:
        return f"{first} after {timer.anchor}"
    if timer.every is None:
        return f"after {first}"
    again = workflow.timings[timer.every].default
    return f"every {again}" if timer.every == timer.first else f"after {first}, then every {again}"
