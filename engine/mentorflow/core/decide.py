"""The one function that says what an event changes: pure, from a mentorship to a Decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core import escalating
from mentorflow.core.actions import perform
from mentorflow.core.draft import Draft, unless_holds
from mentorflow.core.machine import Move, Subject, fire
from mentorflow.core.mentorship import (
    Detour,
    Effect,
    Escalation,
    Event,
    HistoryEntry,
    Mentorship,
    Timer,
)
from mentorflow.core.offers import allowed_events, not_offered, owner_of, require_known
from mentorflow.core.planning import consume, plan_state, replan
from mentorflow.core.timings import Timings
from mentorflow.core.workflow import HOST, RETURN, Branch, EventRule, TimerRule, View, Workflow
from mentorflow.errors import EventRejected, GuardRefused, StaleRevision

STARTED = "mentorship.started"
STATE_CHANGED = "mentorship.state_changed"
TIMER_FIRED = "timer.fired"
TIMER_SKIPPED = "timer.skipped"
LAST_ACTIVITY = "last_activity_at"


class Decision(NamedTuple):
    """Everything one event changes, to be saved together or not at all."""

    before: Mentorship
    mentorship: Mentorship
    """As it stands after the event."""
    entry: HistoryEntry
    effects: tuple[Effect, ...]
    """To be carried out after commit; the n-th has the id `<history id>:<n>`."""
    escalations: tuple[Escalation, ...]
    """Those that are new or changed."""

    timers_put: tuple[Timer, ...]
    """Those that are new or changed."""
    timers_gone: tuple[tuple[str, str], ...]
    """The keys of those no longer pending."""

    @property
    def is_start(self) -> bool:
        """Whether the mentorship did not exist before."""
        return self.before.revision == 0


def decide(
    workflow: Workflow,
    mentorship: Mentorship,
    event: Event,
    timings: Timings,
    now: datetime,
    *,
    move: Move = fire,
) -> Decision:
    """Work out everything an event changes about a mentorship.

    Time passing is an event too: one with `timer` set, the due timer, and no name of its own.
    Whoever sends events moves by `walk`, the table of the machine, where every microsecond counts.

    Raises:
        EventRejected: if the event is not offered, comes from the wrong person, is refused by a
            guard, or was decided on an older revision.
        UnknownEvent: if the workflow has no such event.
    """
    now = max(now, mentorship.updated_at)
    draft = Draft(workflow, mentorship, event, timings, now)
    draft.move = move
    if event.timer is not None:
        return _decide_timer(draft, event.timer)
    require_known(workflow, event.name)
    if event.revision is not None and event.revision != mentorship.revision:
        raise StaleRevision(expected=event.revision, current=mentorship.revision)
    if event.name in escalating.ACTS:
        escalating.act(draft)
        return decision_of(draft, event.name, event.data)
    owner = owner_of(workflow, mentorship, event.name)
    if owner is None:
        raise not_offered(workflow, mentorship, event.name)
    rule = workflow.events[event.name]
    _require(draft, rule)
    _take_facts(draft, rule)
    _take_branch(draft, event.name, owner)
    return _finish(draft, event.name, event.data)


def decide_start(
    workflow: Workflow, blank: Mentorship, data: Mapping[str, Any], timings: Timings
) -> Decision:
    """Work out the first state of a mentorship that is to be started."""
    event = Event(name=STARTED, data=data, key=blank.key)
    draft = Draft(workflow, blank, event, timings, blank.created_at)
    state = workflow.states[workflow.initial]
    for record in state.records:
        draft.record(record(draft.view()))
    plan_state(draft, state, draft.now)
    perform(draft, state.actions, cause=STARTED, owner=state.name)
    draft.add_effect(state_changed(None, draft))
    return decision_of(draft, STARTED, data)


def _require(draft: Draft, rule: EventRule) -> None:
    view = draft.view()
    if not view.roles & rule.by:
        raise _rejected(draft, "sender_may", _not_from(view, rule))
    for guard in rule.requires:
        reason_no = guard.refusal(view)
        if reason_no is not None:
            raise _rejected(draft, guard.name, reason_no)


def _not_from(view: View, rule: EventRule) -> str:
    """Return why the sender may not send an event."""
    may = " or ".join(sorted(rule.by - {HOST}))
    needed = f"{rule.name!r} comes from the {may}" if may else f"only time sends {rule.name!r}"
    by = view.event.by
    if by is None:
        return f"{needed}; say who it is by"
    roles = " and ".join(sorted(view.roles - {HOST}))
    return f"{needed}; {by} is the {roles}" if roles else f"{needed}; {by} is no party here"


def _rejected(draft: Draft, guard: str, reason: str) -> EventRejected:
    allowed = allowed_events(draft.workflow, draft.before)
    return GuardRefused(
        f"{draft.event.name!r} was refused: {reason}",
        guard=guard,
        reason=reason,
        allowed_events=allowed,
    )


def _take_facts(draft: Draft, rule: EventRule) -> None:
    if rule.is_activity:
        draft.record({LAST_ACTIVITY: draft.now.isoformat()})
    for record in rule.records:
        draft.record(record(draft.view()))


def _take_branch(draft: Draft, event: str, owner: str) -> None:
    """Let the machine pick the branch of the owning state and follow it.

    Raises:
        GuardRefused: if the claims of no branch hold.
    """
    below = _below(draft, owner)
    subject = Subject(owner, draft.view(), returns_to=below[-1].state if below else None)
    if not draft.move(draft.workflow, subject, event) or subject.taken is None:
        guard, reason = subject.refusal or ("branch", f"no branch of {event!r} leads on from here")
        raise _rejected(draft, guard, reason)
    _follow(draft, subject.taken, cause=event, owner=owner, dest=subject.state)


def _below(draft: Draft, owner: str) -> tuple[Detour, ...]:
    """Return what lies under the owning state, which may itself lie under a detour."""
    if owner == draft.state:
        return draft.stack
    states = [detour.state for detour in draft.stack]
    return draft.stack[: len(states) - 1 - states[::-1].index(owner)]


def _follow(draft: Draft, branch: Branch, *, cause: str, owner: str, dest: str) -> None:
    if branch.sets:
        draft.record(branch.sets)
    for record in branch.records:
        draft.record(record(draft.view()))
    if branch.outcome is not None:
        draft.outcome = branch.outcome
    perform(draft, branch.actions, cause=cause, owner=owner)
    if branch.to == RETURN:
        _return(draft, owner)
    elif branch.to is not None:
        _enter(draft, dest, cause=cause, owner=owner)


def _return(draft: Draft, owner: str) -> None:
    *rest, top = _below(draft, owner)
    draft.stack = tuple(rest)
    draft.state, draft.entered_at = top.state, top.entered_at


def _enter(draft: Draft, dest: str, *, cause: str, owner: str) -> None:
    """Enter a state: a detour leaves the present one on the stack, any other clears it."""
    state = draft.workflow.states[dest]
    draft.stack = _stack_below(draft, owner) if state.is_detour else ()
    draft.state, draft.entered_at = dest, draft.now
    for record in state.records:
        draft.record(record(draft.view()))
    perform(draft, state.actions, cause=cause, owner=dest)


def _stack_below(draft: Draft, owner: str) -> tuple[Detour, ...]:
    """Return what a detour from the owning state returns to; states above it are dropped."""
    stack = [*draft.stack, Detour(state=draft.state, entered_at=draft.entered_at)]
    while stack[-1].state != owner:
        stack.pop()
    if not draft.workflow.states[owner].is_resumable:
        stack.pop()
    return tuple(stack)


def _finish(
    draft: Draft,
    name: str,
    data: Mapping[str, Any],
    *,
    cause: Mapping[str, Any] | None = None,
) -> Decision:
    replan(draft)
    if draft.escalations_by_id:
        escalating.settle(draft)
    if draft.state != draft.before.state:
        draft.add_effect(state_changed(draft.before.state, draft))
    return decision_of(draft, name, data, cause=cause)


def state_changed(left: str | None, draft: Draft) -> Effect:
    """Return the effect that tells the host of a change of state."""
    data = {"from": left, "to": draft.state, "outcome": draft.outcome}
    return Effect(kind="publish", name=STATE_CHANGED, data=data)


def _decide_timer(draft: Draft, timer: Timer) -> Decision:
    cause = _cause(timer)
    if timer.name.startswith(escalating.TIMER_PREFIX):
        gone = escalating.climb(draft, timer)
        name = escalating.CLIMBED if gone is None else escalating.RESOLVED
        data = {"escalation": timer.instance, **({"reason": gone} if gone else {})}
        return decision_of(draft, name, data, cause=cause)
    rule = draft.workflow.timers[timer.name]
    what = {"timer": timer.name, **({"instance": timer.instance} if timer.instance else {})}
    claim = unless_holds(rule, draft.view()) if rule.unless else None
    consume(draft, timer, rule)
    if claim is not None:
        return decision_of(draft, TIMER_SKIPPED, {**what, "because": claim}, cause=cause)
    perform(draft, rule.actions, cause=rule.name, owner=_owner(draft, rule))
    if rule.fires is None:
        if rule.is_local:
            return decision_of(draft, TIMER_FIRED, what, cause=cause)
        return _finish(draft, TIMER_FIRED, what, cause=cause)
    return _fire(draft, rule, what, cause)


def _fire(
    draft: Draft, rule: TimerRule, what: Mapping[str, Any], cause: Mapping[str, Any]
) -> Decision:
    event = draft.workflow.events[rule.fires or ""]
    for record in event.records:
        draft.record(record(draft.view()))
    owner = rule.owner
    if owner not in draft.workflow.states:  # a collection: whichever state takes the event
        owner = owner_of(draft.workflow, draft.before, event.name) or draft.state
    try:
        _take_branch(draft, event.name, owner)
    except GuardRefused as refused:
        because = {"refused": event.name, "because": refused.guard, "reason": refused.reason}
        return _finish(draft, TIMER_FIRED, {**what, **because}, cause=cause)
    return _finish(draft, event.name, what, cause=cause)


def _owner(draft: Draft, rule: TimerRule) -> str:
    """Return the state whose leaving ends what the timer started."""
    return rule.owner if rule.owner in draft.workflow.states else draft.state


def _cause(timer: Timer) -> Mapping[str, Any]:
    return {
        "timer": timer.name,
        "instance": timer.instance,
        "timing": timer.timing,
        "value": timer.value,
        "scope": timer.scope,
        "anchor": timer.anchor,
        "anchor_at": timer.anchor_at.isoformat(),
        "due_at": timer.due_at.isoformat() if timer.due_at else None,
    }


def decision_of(
    draft: Draft,
    name: str,
    data: Mapping[str, Any],
    *,
    cause: Mapping[str, Any] | None = None,
) -> Decision:
    """Return what a draft has come to."""
    draft.close()
    after = draft.current()
    entry = HistoryEntry(
        mentorship_id=after.id,
        revision=after.revision,
        at=draft.now,
        event=name,
        from_state=draft.before.state if draft.before.revision else None,
        to_state=after.state,
        by=draft.event.by,
        data=data,
        cause=cause,
        key=draft.event.key,
    )
    return Decision(
        before=draft.before,
        mentorship=after,
        entry=entry,
        effects=tuple(draft.effects),
        escalations=draft.escalations_put() if draft.escalations_by_id else (),
        timers_put=draft.timers_put(),
        timers_gone=draft.timers_gone(),
    )
