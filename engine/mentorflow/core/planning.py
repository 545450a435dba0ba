"""Which timers a mentorship must have pending: planned, re-anchored, suspended, resumed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from mentorflow.core.calendar import Calendar
from mentorflow.core.draft import Draft
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Facts, Mentorship, Timer
from mentorflow.core.recurring import last_time
from mentorflow.core.timings import fact_at
from mentorflow.core.workflow import (
    AnchorRule,
    CollectionRule,
    StateRule,
    TimerRule,
    Timing,
    Workflow,
)

ENTERED = "entered"
RESTART = "restart"
LAST_FIRED = "last_fired"
SUSPENDED = "suspended_timers"
"""The fact that lists the timers which stand still by a `suspend` action."""


def replan(draft: Draft) -> None:
    """Bring the timers in line with the state and the facts after an event."""
    before = draft.before
    live = draft.live_states()
    was_live = {detour.state for detour in before.stack} | {before.state}
    if live.keys() != was_live or draft.entered_at != before.entered_at:
        _drop_left(draft, live)
        _plan_entered(draft, live, was_live)
    if draft.facts is not before.facts:
        _plan_moved(draft, live, was_live)
    for collection in draft.workflow.collections:
        _sync_collection(draft, collection)
    suspend_and_resume(draft)


def plan_state(draft: Draft, state: StateRule, entered_at: datetime) -> None:
    """Plan every timer of a state from scratch."""
    for rule in state.timers:
        _plan(draft, rule, entered_at)


def restart(draft: Draft, name: str) -> None:
    """Count a timer again from now."""
    rule = draft.workflow.timers[name]
    if rule.owner in draft.live_states():
        _set(draft, rule, anchor=RESTART, anchor_at=draft.now)


def consume(draft: Draft, timer: Timer, rule: TimerRule) -> None:
    """Take a fired timer away, or set it for its next time, always in the future.

    Occurrences that were missed are not made up for: nobody is told the same thing twice.
    """
    if rule.every is None:
        draft.drop_timer(timer.key)
        return
    setting = draft.setting(rule.every)
    anchor_at = _came_due(draft, timer, rule)
    due = due_instant(draft.calendar, rule, anchor_at, setting.value)
    if due <= draft.now:
        span = setting.value.times(rule.factor)
        anchor_at = last_time(draft.calendar, anchor_at, span, rule.at, draft.now)
        due = due_instant(draft.calendar, rule, anchor_at, setting.value)
    draft.put_timer(
        timer._replace(
            due_at=due,
            timing=setting.timing,
            value=setting.value.text,
            scope=setting.scope,
            anchor=LAST_FIRED,
            anchor_at=anchor_at,
            remaining=None,
        )
    )


def _came_due(draft: Draft, timer: Timer, rule: TimerRule) -> datetime:
    """Return when a fired timer was due by its rule, also where it was put off meanwhile."""
    due_at = timer.due_at or draft.now
    return min(
        due_at, due_instant(draft.calendar, rule, timer.anchor_at, Duration.parse(timer.value))
    )


def due_instant(
    calendar: Calendar, rule: TimerRule, anchor_at: datetime, value: Duration
) -> datetime:
    """Return when a timer is due by its rule, its anchor and the value it follows."""
    span = value if rule.factor == 1 else value.times(rule.factor)
    if rule.is_before:
        return calendar.due_before(anchor_at, span, rule.at)
    return calendar.due_after(anchor_at, span, rule.at)


def anchor_of(calendar: Calendar, rule: TimerRule, due_at: datetime, value: Duration) -> datetime:
    """Return the anchor by which a timer is due at an instant, or at the next its rule allows."""
    span = value.times(rule.factor)
    return calendar.after(due_at, span) if rule.is_before else calendar.before(due_at, span)


def _drop_left(draft: Draft, live: Mapping[str, datetime]) -> None:
    owners = draft.workflow.states.keys() - live.keys()
    for key in draft.timer_keys():
        rule = draft.workflow.timers.get(key[0])
        if rule is not None and rule.owner in owners:
            draft.drop_timer(key)


def _plan_entered(draft: Draft, live: Mapping[str, datetime], was_live: Iterable[str]) -> None:
    old = {detour.state: detour.entered_at for detour in draft.before.stack}
    old[draft.before.state] = draft.before.entered_at
    for name, entered_at in live.items():
        if name not in was_live or old[name] != entered_at:
            plan_state(draft, draft.workflow.states[name], entered_at)


def _plan_moved(draft: Draft, live: Mapping[str, datetime], was_live: set[str]) -> None:
    """Plan anew what follows a fact that changed: its anchor moved, or its value was agreed."""
    workflow, facts, before = draft.workflow, draft.facts, draft.before.facts
    followed_facts = workflow.follows_fact
    moved = [
        followed
        for name in draft.recorded & followed_facts.keys()
        for followed in followed_facts[name]
        if _value_of(facts, followed) != _value_of(before, followed)
    ]
    if not moved:
        return
    for state, entered_at in live.items():
        if state not in was_live:
            continue
        rules = {rule.name: rule for one in moved for rule in workflow.followers(state, one)}
        for rule in rules.values():
            _plan(draft, rule, entered_at)


def _value_of(facts: Facts, followed: AnchorRule | Timing) -> Any:
    """Return the fact behind an anchor or a timing."""
    if isinstance(followed, AnchorRule):
        return _anchor_fact(facts, followed)
    return fact_at(facts, followed.fact or "")


def _anchor_fact(facts: Mapping[str, Any], anchor: AnchorRule) -> Any:
    if anchor.date is not None:
        return facts.get("dates", {}).get(anchor.date)
    return facts.get(anchor.fact or "")


def _plan(draft: Draft, rule: TimerRule, entered_at: datetime) -> None:
    anchor_at = anchor_instant(draft.workflow, draft.calendar, draft.facts, rule, entered_at)
    if anchor_at is None:
        draft.drop_timer((rule.name, ""))
    else:
        _set(draft, rule, anchor=rule.anchor, anchor_at=anchor_at)


def anchor_instant(
    workflow: Workflow, calendar: Calendar, facts: Facts, rule: TimerRule, entered_at: datetime
) -> datetime | None:
    """Return what a state's timer counts from; None where that is not known."""
    if rule.anchor == ENTERED:
        return entered_at
    anchor = workflow.anchors[rule.anchor]
    value = _anchor_fact(facts, anchor)
    if value is None:
        return entered_at if anchor.falls_back else None
    if anchor.is_dated:
        return calendar.start_of(date.fromisoformat(value))
    return datetime.fromisoformat(value)


def _set(
    draft: Draft, rule: TimerRule, *, anchor: str, anchor_at: datetime, instance: str = ""
) -> None:
    if rule.is_before and has_gone_by(draft, rule, anchor_at):
        draft.drop_timer((rule.name, instance))
        return
    timing, span, scope = draft.setting(rule.first)
    due_at = due_instant(draft.calendar, rule, anchor_at, span)
    draft.put_timer(Timer(rule.name, instance, due_at, timing, span.text, scope, anchor, anchor_at))


def _sync_collection(draft: Draft, collection: CollectionRule) -> None:
    if draft.state == draft.before.state and collection.fact not in draft.recorded:
        return
    here = draft.state in collection.states
    was_here = draft.before.state in collection.states
    items = draft.facts.get(collection.fact) or {} if here else {}
    old = draft.before.facts.get(collection.fact) or {} if was_here else {}
    if items is old or items == old:
        return
    for name in old.keys() - items.keys():
        for rule in collection.timers:
            draft.drop_timer((rule.name, name))
    for name, item in items.items():
        if old.get(name) != item:
            _plan_item(draft, collection, name, item, old.get(name, {}))
            if not was_here:
                _drop_told(draft, collection, name)


def _plan_item(
    draft: Draft,
    collection: CollectionRule,
    name: str,
    item: Mapping[str, Any],
    was: Mapping[str, Any],
) -> None:
    """Set the timers whose anchor has moved; one that fired stays so when anything else changes."""
    for rule in collection.timers:
        field = collection.anchors[rule.anchor]
        value = item.get(field)
        if value == was.get(field):
            continue
        if value is None:
            draft.drop_timer((rule.name, name))
        else:
            anchor_at = datetime.fromisoformat(value)
            _set(draft, rule, anchor=rule.anchor, anchor_at=anchor_at, instance=name)


def _drop_told(draft: Draft, collection: CollectionRule, name: str) -> None:
    """Take away what was due before the mentorship came back to a state that has such timers."""
    for rule in collection.timers:
        timer = draft.timer((rule.name, name))
        if rule.fires is None and timer is not None and (timer.due_at or draft.now) <= draft.now:
            draft.drop_timer(timer.key)


def standing_still(workflow: Workflow, mentorship: Mentorship | Draft) -> frozenset[str]:
    """Return the timers that are suspended by a detour or by a `suspend` action."""
    named = mentorship.facts.get(SUSPENDED)
    if not mentorship.stack and not named:
        return frozenset()
    states = [*(detour.state for detour in mentorship.stack), mentorship.state]
    held = (workflow.states[state].suspends for state in states)
    return frozenset(named or ()).union(*held)


def suspend_and_resume(draft: Draft) -> None:
    """Stop the timers that are to stand still, and set the others going again."""
    still = standing_still(draft.workflow, draft)
    if not still and not draft.had_suspended_timer:
        return
    for timer in _state_timers(draft):
        if timer.name in still and timer.due_at is not None:
            left = (timer.due_at - draft.now).total_seconds()
            draft.put_timer(timer._replace(due_at=None, remaining=max(left, 0.0)))
        elif timer.name in still and timer.is_set_aside:
            # It has a reason of its own to stand still now, which may outlast the freeze.
            draft.put_timer(timer._replace(remaining=0.0))
        elif timer.name not in still and timer.due_at is None and not timer.is_set_aside:
            _resume(draft, timer)


def _state_timers(draft: Draft) -> Iterator[Timer]:
    for key in draft.timer_keys():
        timer = draft.timer(key) if key[0] in draft.workflow.timers else None
        if timer is not None:
            yield timer


def _resume(draft: Draft, timer: Timer) -> None:
    rule = draft.workflow.timers[timer.name]
    value = Duration.parse(timer.value)
    anchor = draft.workflow.anchors.get(timer.anchor)
    is_appointment = rule.owner not in draft.workflow.states  # a meeting does not wait either
    if is_appointment and has_gone_by(draft, rule, timer.anchor_at):
        draft.drop_timer(timer.key)
    elif is_appointment or (anchor is not None and anchor.is_dated):
        # A date begins when it does by the calendar of now, in whose zone it may begin elsewhere.
        found = None if is_appointment else _date_of(draft, timer)
        anchor_at = timer.anchor_at if found is None else draft.calendar.start_of(found)
        due = due_instant(draft.calendar, rule, anchor_at, value)
        draft.put_timer(timer._replace(due_at=due, remaining=None, anchor_at=anchor_at))
    else:
        # The anchor moves by as much as the clock stood still, so that due = anchor + value still
        # holds and the timer can be explained and re-timed like any other.
        due = draft.now + timedelta(seconds=timer.remaining or 0.0)
        moved = anchor_of(draft.calendar, rule, due, value)
        due = due_instant(draft.calendar, rule, moved, value)
        draft.put_timer(timer._replace(due_at=due, remaining=None, anchor_at=moved))


def _date_of(draft: Draft, timer: Timer) -> date | None:
    value = _anchor_fact(draft.facts, draft.workflow.anchors[timer.anchor])
    return None if value is None else date.fromisoformat(value)


def has_gone_by(draft: Draft, rule: TimerRule, anchor_at: datetime) -> bool:
    """Whether a timer would only remind of what has gone by, which is told to nobody."""
    return rule.is_before and rule.fires is None and anchor_at <= draft.now
