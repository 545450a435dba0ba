"""Whether a message that goes out late still has its cause: nobody is told what no longer holds.

News (a state was entered, somebody did something) stays news. A reminder is worth nothing once
what it reminds of is done; a rung of a ladder once somebody has taken the matter up.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from mentorflow.core.draft import unless_holds
from mentorflow.core.mentorship import Event, HistoryEntry, Mentorship, Timer
from mentorflow.core.planning import anchor_instant, standing_still
from mentorflow.core.timings import Spans, Timings
from mentorflow.core.workflow import DATES, CollectionRule, TimerRule, View, Workflow

_ROLES: frozenset[str] = frozenset()
"""Of the sender: time sends reminders, and time has no role."""
_HALF_A_DAY = timedelta(hours=12)


def is_pointless_rung(data: Mapping[str, Any], open_escalations: Collection[str]) -> bool:
    """Say whether an escalation is over by now, or has been taken up or put off."""
    return data.get("escalation") not in open_escalations


def is_pointless_reminder(
    workflow: Workflow,
    timings: Timings,
    entry: HistoryEntry,
    mentorship: Mentorship,
    now: datetime,
) -> bool:
    """Say whether what a message reminds of has been done, has gone by or stands still."""
    cause = entry.cause
    rule = None if cause is None else workflow.timers.get(cause["timer"])
    if cause is None or rule is None or entry.from_state != entry.to_state:
        return False
    if rule.is_before and datetime.fromisoformat(cause["anchor_at"]) <= now:
        return True
    if rule.name in standing_still(workflow, mentorship):
        return True
    if rule.fires is not None:
        return False  # what it fired has changed the facts that would tell
    if not _counts_from_the_same(workflow, timings, rule, cause, mentorship):
        return True
    view = _view(workflow, timings, entry, mentorship, now)
    return unless_holds(rule, view) is not None


def _counts_from_the_same(
    workflow: Workflow,
    timings: Timings,
    rule: TimerRule,
    cause: Mapping[str, Any],
    mentorship: Mentorship,
) -> bool:
    """Say whether what the timer counted from is still there, and has not moved since."""
    if rule.owner not in workflow.states:
        return _is_still_there(workflow.collections_by_name[rule.owner], rule, cause, mentorship)
    live = {detour.state: detour.entered_at for detour in mentorship.stack}
    live[mentorship.state] = mentorship.entered_at
    if rule.owner not in live:
        return False
    if rule.every is not None or cause["anchor"] != rule.anchor:
        return True  # it counts from its last time, or from an act
    calendar = timings.calendar(mentorship.program)
    counted_from = anchor_instant(workflow, calendar, mentorship.facts, rule, live[rule.owner])
    then = datetime.fromisoformat(cause["anchor_at"])
    return counted_from == then or _is_same_date(workflow, rule, mentorship, then)


def _is_same_date(
    workflow: Workflow, rule: TimerRule, mentorship: Mentorship, then: datetime
) -> bool:
    """Say whether a timer counted from the date there is, where that began in another zone."""
    anchor = workflow.anchors.get(rule.anchor)
    if anchor is None or anchor.date is None:
        return False
    # No day begins more than 12 hours before that of UTC, but in the few zones ahead by 13 or 14.
    day = (then + _HALF_A_DAY).date().isoformat()
    is_same: bool = day == mentorship.facts.get(DATES, {}).get(anchor.date)
    return is_same


def _is_still_there(
    collection: CollectionRule, rule: TimerRule, cause: Mapping[str, Any], mentorship: Mentorship
) -> bool:
    item = (mentorship.facts.get(collection.fact) or {}).get(cause["instance"])
    if item is None or mentorship.state not in collection.states:
        return False
    value = item.get(collection.anchors[rule.anchor])
    is_there: bool = value is not None
    return is_there and datetime.fromisoformat(value).isoformat() == cause["anchor_at"]


def _view(
    workflow: Workflow, timings: Timings, entry: HistoryEntry, mentorship: Mentorship, now: datetime
) -> View:
    """Return what the timer's guards would see if it fired now."""
    cause = entry.cause or {}
    timer = Timer(
        name=cause["timer"],
        instance=cause["instance"],
        due_at=None,
        timing=cause["timing"],
        value=cause["value"],
        scope=cause["scope"],
        anchor=cause["anchor"],
        anchor_at=datetime.fromisoformat(cause["anchor_at"]),
    )
    spans = Spans(workflow, timings, mentorship)
    event = Event(name=entry.event, data=entry.data, timer=timer)
    calendar = timings.calendar(mentorship.program)
    return View(mentorship, event, now, _ROLES, calendar, spans)
