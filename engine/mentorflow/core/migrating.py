"""Moving one mentorship to another version of its workflow: a decision like any other."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core import escalating
from mentorflow.core.decide import Decision, decision_of, state_changed
from mentorflow.core.draft import Draft
from mentorflow.core.leaving import has_way_out, needs_way_out
from mentorflow.core.mentorship import Detour, Escalation, Event, Mentorship, Timer, TimerKey
from mentorflow.core.successors import Level, Succession
from mentorflow.core.timings import Rules
from mentorflow.core.workflow import Workflow
from mentorflow.errors import MigrationRefused

MIGRATED = "workflow.migrated"
Names = Mapping[str, str]
"""A state, or a timer, of the old version to its counterpart in the new one, where they differ."""
_NONE: Names = {}


class TimerChange(NamedTuple):
    """What a migration does to one timer, by the name it has in the new version."""

    name: str
    change: str
    """appears, vanishes or moves."""
    by: timedelta | None
    """How far it moves, or how long it is from now that it is due; None where it stands still."""


def migration_event(
    old: Workflow,
    new: Workflow,
    states: Names,
    *,
    timers: Names = _NONE,
    by: str | None,
    reason: str | None,
) -> Event:
    """Return the event that has mentorships moved from one version to another."""
    data = {"from": old.version, "to": new.version, "states": dict(states)}
    if timers:
        data["timers"] = dict(timers)
    return Event(MIGRATED, data if reason is None else {**data, "reason": reason}, by)


def decide_migration(
    old: Rules, new: Rules, mentorship: Mentorship, event: Event, now: datetime
) -> Decision:
    """Work out what moving a mentorship to another version changes.

    Nothing is told to anybody, and no record and no guard is asked: it enters no state, it is
    found in one.

    Raises:
        MigrationRefused: if its state, or one it is to return to, has no counterpart, or if nothing
            could lead out of that.
    """
    now = max(now, mentorship.updated_at)
    levels = _levels(old[0], new[0], mentorship, event.data["states"])
    draft = Draft(new[0], mentorship, event, new[1], now)
    draft.version = new[0].version
    draft.state, draft.entered_at = levels[-1].state, levels[-1].entered_at
    draft.stack = tuple(Detour(state=one.state, entered_at=one.entered_at) for one in levels[:-1])
    succession = Succession(draft, old, levels, event.data.get("timers", _NONE))
    succession.settle()
    for escalation in tuple(draft.escalations_by_id.values()):
        _carry_escalation(draft, escalation, succession, levels)
    if draft.state != mentorship.state:
        draft.add_effect(state_changed(mentorship.state, draft))
    decision = decision_of(draft, MIGRATED, event.data)
    if not _leads_on(new[0], decision.mentorship):
        reason = f"no timer would lead out of {draft.state!r} in version {draft.version}"
        was = levels[-1].was
        raise MigrationRefused(f"{reason}; map {was!r} to another state", state=was)
    return decision


def timer_changes(decision: Decision) -> Iterator[TimerChange]:
    """Yield what a migration does to the timers of its mentorship."""
    before = {counterpart_key(decision, timer.key): timer for timer in decision.before.timers}
    after = {timer.key: timer for timer in decision.mentorship.timers}
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        if was is None:
            yield TimerChange(key[0], "appears", _between(decision.entry.at, now))
        elif now is None:
            yield TimerChange(key[0], "vanishes", _between(decision.entry.at, was))
        elif (was.due_at, was.remaining) != (now.due_at, now.remaining):
            yield TimerChange(key[0], "moves", _between(was.due_at, now))


def counterpart_key(decision: Decision, key: TimerKey) -> TimerKey:
    """Return the key a timer of before a migration has after it."""
    data = decision.entry.data
    if key[0] in data.get("timers", _NONE):
        return data["timers"][key[0]], key[1]
    owner, dot, name = key[0].partition(".")
    return data["states"].get(owner, owner) + dot + name, key[1]


def _between(since: datetime | None, timer: Timer | None) -> timedelta | None:
    if since is None or timer is None or timer.due_at is None:
        return None
    return timer.due_at - since


def _levels(
    old: Workflow, new: Workflow, mentorship: Mentorship, states: Names
) -> tuple[Level, ...]:
    """Return the states whose timers run, the present one last, with their counterparts.

    As in a life in the new version, only a detour lies upon others, and no state upon itself.
    """
    standing = [(detour.state, detour.entered_at) for detour in mentorship.stack]
    found: list[Level] = []
    for was, entered_at in (*standing, (mentorship.state, mentorship.entered_at)):
        state = _counterpart(old, new, was, states)
        names = [level.state for level in found]
        if state in names:
            del found[names.index(state) + 1 :]
        elif new.states[state].is_detour:
            found.append(Level(was, state, entered_at))
        else:
            found = [Level(was, state, entered_at)]
    bottom, top = found[0], found[-1]
    if new.states[bottom.state].is_detour:
        reason = (
            f"{bottom.state!r} is a detour in version {new.version}, and there is nothing to "
            f"return to; map {bottom.was!r} to a state that is none"
        )
        raise MigrationRefused(reason, state=bottom.was)
    return tuple(one for one in found if one is top or new.states[one.state].is_resumable)


def _counterpart(old: Workflow, new: Workflow, was: str, states: Names) -> str:
    state = states.get(was, was)
    found = new.states.get(state)
    if found is None:
        reason = f"version {new.version} has no state {state!r}; map {was!r} to one it has"
        raise MigrationRefused(reason, state=was)
    known = old.states.get(was)
    if known is not None and known.is_final != found.is_final:
        ends = f"ends in version {new.version if found.is_final else old.version} only"
        reason = f"{state!r} {ends}; map {was!r} to a state that does as it did"
        raise MigrationRefused(reason, state=was)
    return state


def _carry_escalation(
    draft: Draft, escalation: Escalation, succession: Succession, levels: tuple[Level, ...]
) -> None:
    version = draft.workflow.version
    states = {level.was: level.state for level in levels}
    if escalation.ladder not in draft.workflow.ladders:
        gone = f"version {version} of the workflow has no ladder {escalation.ladder}"
        escalating.resolve(draft, escalation, gone)
    elif escalation.state and escalation.state not in states:
        gone = f"version {version} of the workflow does not return to {escalation.state}"
        escalating.resolve(draft, escalation, gone)
    else:
        carried = escalation._replace(
            state=states.get(escalation.state, ""),
            cause=succession.names.get(escalation.cause, escalation.cause),
        )
        draft.escalations_by_id[carried.id] = carried
        escalating.follow_ladder(draft, carried, succession.setting_then)


def _leads_on(workflow: Workflow, mentorship: Mentorship) -> bool:
    state = mentorship.state
    return not needs_way_out(workflow, state) or has_way_out(workflow, state, mentorship.timers)
