"""The state machine of a workflow: one shared `transitions.Machine` that picks the branch.

Mentorships are never added to the machine as models: adding one costs more with every one that
was added before. A light subject is moved instead, through `machine.events[…].trigger`, which is
the one place that knows of this.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from transitions import EventData, Machine

from mentorflow.core.workflow import ANY, RETURN, Branch, NamedGuard, View, Workflow


class Subject:
    """What the machine moves: a state, and what the claims of its branches look at."""

    __slots__ = ("refusal", "returns_to", "state", "taken", "view")

    def __init__(self, state: str, view: View, *, returns_to: str | None) -> None:
        self.state = state
        self.view = view
        self.returns_to = returns_to
        self.taken: Branch | None = None
        self.refusal: tuple[str, str] | None = None
        """The guard that said no last, and its reason."""


Move = Callable[[Workflow, Subject, str], bool]
"""How a subject is moved: by the machine, or by its table."""


@lru_cache(maxsize=64)
def machine_of(workflow: Workflow) -> Machine:
    """Return the one machine of a workflow version."""
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial=workflow.initial,
        auto_transitions=False,
        queued=False,
        send_event=True,
    )
    for state, event, branch in branches_of(workflow):
        for dest, leads_there in _ways(workflow, branch):
            machine.add_transition(
                event,
                state,
                dest,
                conditions=[*leads_there, *(_Claim(guard) for guard in branch.when)],
                before=[_Take(branch)],
            )
    return machine


def branches_of(workflow: Workflow) -> Iterator[tuple[str, str, Branch]]:
    """Yield every branch with the state and the event it stands under."""
    for state in workflow.states.values():
        taken = {**({} if state.is_final else workflow.anywhere), **state.events}
        for event, branches in taken.items():
            yield from ((state.name, event, branch) for branch in branches)


def fire(workflow: Workflow, subject: Subject, event: str) -> bool:
    """Let the machine take the first branch whose claims hold; say whether there was one."""
    return bool(machine_of(workflow).events[event].trigger(subject))


def walk(workflow: Workflow, subject: Subject, event: str) -> bool:
    """Do what `fire` does by the table of the machine's transitions: where it counts.

    A test holds the two equal for every state, event and claim.
    """
    for route in routes_of(workflow)[subject.state, event]:
        if all(condition.holds(subject) for condition in route.conditions):
            subject.taken = route.branch
            subject.state = subject.state if route.dest is None else route.dest
            return True
    return False


class Route(NamedTuple):
    """One transition of the machine, without its machinery."""

    dest: str | None
    conditions: tuple["_Condition", ...]
    branch: Branch


@lru_cache(maxsize=64)
def routes_of(workflow: Workflow) -> Mapping[tuple[str, str], tuple[Route, ...]]:
    """Return the machine's transitions by state and event, read off the machine itself."""
    return {
        (state, name): tuple(_route(transition) for transition in transitions)
        for name, event in machine_of(workflow).events.items()
        for state, transitions in event.transitions.items()
    }


def _route(transition: Any) -> Route:
    conditions = tuple(condition.func for condition in transition.conditions)
    return Route(transition.dest, conditions, transition.before[0].branch)


class _Condition:
    """Something the machine asks before it takes a transition."""

    def __call__(self, event: EventData) -> bool:
        return self.holds(_subject(event))

    def holds(self, subject: Subject) -> bool:
        """Whether a subject may take the transition."""
        raise NotImplementedError


class _ReturnsTo(_Condition):
    def __init__(self, state: str) -> None:
        self._state = state

    def holds(self, subject: Subject) -> bool:
        return subject.returns_to == self._state


class _IsNamed(_Condition):
    def __init__(self, state: str) -> None:
        self._state = state

    def holds(self, subject: Subject) -> bool:
        return bool(subject.view.data.get("to") == self._state)


class _Claim(_Condition):
    def __init__(self, guard: NamedGuard) -> None:
        self._guard = guard

    def holds(self, subject: Subject) -> bool:
        reason = self._guard.refusal(subject.view)
        if reason is not None:
            subject.refusal = (self._guard.name, reason)
        return reason is None


class _Take:
    """Note the branch of the transition that is taken."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch

    def __call__(self, event: EventData) -> None:
        _subject(event).taken = self.branch


def _ways(workflow: Workflow, branch: Branch) -> Iterator[tuple[str | None, list[_Condition]]]:
    if branch.to == RETURN:
        for name in workflow.states:
            yield name, [_ReturnsTo(name)]
    elif branch.to == ANY:
        for name in workflow.states:
            yield name, [_IsNamed(name)]
    else:
        yield branch.to, []


def _subject(event: EventData) -> Subject:
    subject: Any = event.model
    return subject  # type: ignore[no-any-return]  # the machine does not know its models' type
