"""The state machine of a workflow: one shared `transitions.Machine` that picks the branch.

Mentorships are never added to the machine as models: adding one costs more with every one that
was added before. A light subject is moved instead, through `machine.events[…].trigger`, which is
the one place that knows of this.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

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
                conditions=[*leads_there, *(_claim(guard) for guard in branch.when)],
                before=[_take(branch)],
            )
    return machine


def branches_of(workflow: Workflow) -> Iterator[tuple[str, str, Branch]]:
    """Yield every branch with the state and the event it stands under."""
    for state in workflow.states.values():
        taken = {**({} if state.is_final else workflow.anywhere), **state.events}
        for event, branches in taken.items():
            yield from ((state.name, event, branch) for branch in branches)


def move(workflow: Workflow, subject: Subject, event: str) -> bool:
    """Let the machine take the first branch whose claims hold; say whether there was one."""
    return bool(machine_of(workflow).events[event].trigger(subject))


Condition = Callable[[EventData], bool]


def _ways(workflow: Workflow, branch: Branch) -> Iterator[tuple[str | None, list[Condition]]]:
    if branch.to == RETURN:
        for name in workflow.states:
            yield name, [_returns_to(name)]
    elif branch.to == ANY:
        for name in workflow.states:
            yield name, [_is_named(name)]
    else:
        yield branch.to, []


def _returns_to(state: str) -> Condition:
    def returns_there(event: EventData) -> bool:
        return _subject(event).returns_to == state

    return returns_there


def _is_named(state: str) -> Condition:
    def is_named(event: EventData) -> bool:
        return bool(_subject(event).view.data.get("to") == state)

    return is_named


def _claim(guard: NamedGuard) -> Condition:
    def holds(event: EventData) -> bool:
        subject = _subject(event)
        reason = guard.refusal(subject.view)
        if reason is not None:
            subject.refusal = (guard.name, reason)
        return reason is None

    return holds


def _take(branch: Branch) -> Callable[[EventData], None]:
    def take(event: EventData) -> None:
        _subject(event).taken = branch

    return take


def _subject(event: EventData) -> Subject:
    subject: Any = event.model
    return subject  # type: ignore[no-any-return]  # the machine does not know its models' type
