"""Which timers are sure to lead out of a state: what `ways` proves of documents, asked of rules."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from mentorflow.core.mentorship import Timer
from mentorflow.core.workflow import Action, Branch, StateRule, TimerRule, Workflow

Way = tuple[str, int, str, str | None]
"""A workflow, a version, a state, and a timer that leads out; without one, it may be stayed in."""


@lru_cache(maxsize=1024)
def sure_exits(workflow: Workflow, name: str) -> tuple[TimerRule, ...]:
    """Return the timers of a state that are sure to fall due and to lead elsewhere."""
    state = workflow.states[name]
    return tuple(rule for rule in state.timers if _is_sure_exit(workflow, state, rule))


@lru_cache(maxsize=1024)
def ways_out(workflow: Workflow, name: str) -> frozenset[str]:
    """Return the timers of a state of which one runs as long as a mentorship is not stranded.

    They are those that lead out, and those that fire what sets such a one going again.
    """
    exits = {rule.name for rule in sure_exits(workflow, name)}
    return frozenset(exits | _resuming(workflow, name, exits))


def all_ways(workflow: Workflow) -> Iterator[Way]:
    """Yield the ways out of every state, for a look at many mentorships at once."""
    for name in workflow.states:
        timers = sorted(ways_out(workflow, name)) if needs_way_out(workflow, name) else [None]
        yield from ((workflow.name, workflow.version, name, timer) for timer in timers)


def needs_way_out(workflow: Workflow, name: str) -> bool:
    """Whether time must be able to lead a mentorship out of a state."""
    state = workflow.states[name]
    return not (state.is_final or state.is_resting)


def has_way_out(workflow: Workflow, name: str, timers: Iterable[Timer]) -> bool:
    """Whether a timer runs that leads out of a state, or sets one going that stands still.

    One that is set aside runs again when its program goes on.
    """
    exits = {rule.name for rule in sure_exits(workflow, name)}
    pending = list(timers)
    running = {timer.name for timer in pending if timer.due_at is not None or timer.is_set_aside}
    if running & exits:
        return True
    still = {timer.name for timer in pending} - running
    return bool(running & _resuming(workflow, name, still & exits))


@lru_cache(maxsize=64)
def resumed_somewhere(workflow: Workflow) -> frozenset[str]:
    """Return the timers that an action of the workflow sets going again."""
    return frozenset(
        timer for action in _actions(workflow) if action.verb == "resume" for timer in action.timers
    )


def _is_sure_exit(workflow: Workflow, state: StateRule, rule: TimerRule) -> bool:
    if rule.fires is None or rule.unless or rule.is_before or rule.name in state.suspends:
        return False
    anchor = workflow.anchors[rule.anchor]
    if (anchor.fact or anchor.date) and not anchor.falls_back:
        return False
    leading = [branch.to not in {None, state.name} for branch in _tried(workflow, state, rule)]
    if not any(leading):
        return False
    is_certain = all(leading) and not workflow.events[rule.fires].requires
    return rule.every is not None or (is_certain and _has_last_word(workflow, state, rule))


def _tried(workflow: Workflow, state: StateRule, rule: TimerRule) -> Iterator[Branch]:
    """Yield the branches that the timer's event may take, up to the first without claims."""
    for branch in _branches(workflow, state, rule.fires or ""):
        yield branch
        if not branch.when:
            return


def _has_last_word(workflow: Workflow, state: StateRule, rule: TimerRule) -> bool:
    return any(not branch.when for branch in _branches(workflow, state, rule.fires or ""))


def _branches(workflow: Workflow, state: StateRule, event: str) -> tuple[Branch, ...]:
    if event in state.events:
        return state.events[event]
    return () if state.is_final else workflow.anywhere.get(event, ())


def _resuming(workflow: Workflow, name: str, timers: Iterable[str]) -> set[str]:
    """Return the timers of a state that fire what sets one of these going again."""
    wanted = set(timers)
    state = workflow.states[name]
    return {
        rule.name
        for rule in state.timers
        for branch in state.events.get(rule.fires or "", ())
        for action in branch.actions
        if action.verb == "resume" and wanted & {*action.timers}
    }


def _actions(workflow: Workflow) -> Iterator[Action]:
    events = [workflow.anywhere, *(state.events for state in workflow.states.values())]
    for branches in (found for taken in events for found in taken.values()):
        for branch in branches:
            yield from branch.actions
    for state in workflow.states.values():
        yield from state.actions
    for rule in workflow.timers.values():
        yield from rule.actions
