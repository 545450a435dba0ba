"""A mentorship as it was at an earlier revision: its history decided once more."""

from collections.abc import Callable, Sequence

from mentorflow.core.decide import STARTED, Decision, decide, decide_start
from mentorflow.core.mentorship import Event, HistoryEntry, Mentorship, Timer
from mentorflow.core.migrating import MIGRATED, decide_migration
from mentorflow.core.timings import Rules

RulesOf = Callable[[int], Rules]
"""The rules of a version of the mentorship's workflow."""


def replay(rules_of: RulesOf, entries: Sequence[HistoryEntry]) -> Mentorship:
    """Return the mentorship after the last of these entries, the first being its start."""
    first = entries[0]
    if first.event != STARTED:
        raise ValueError(f"a history begins with {STARTED}, not {first.event}")
    mentorship = blank(first)
    workflow, timings = rules_of(mentorship.version)
    mentorship = decide_start(workflow, mentorship, first.data, timings).mentorship
    for entry in entries[1:]:
        mentorship = _again(rules_of, mentorship, entry).mentorship
    return mentorship


def blank(start: HistoryEntry) -> Mentorship:
    """Return a mentorship as it is before its first decision."""
    data = start.data
    return Mentorship(
        id=start.mentorship_id,
        key=start.key,
        program=data["program"],
        workflow=data["workflow"],
        version=data["version"],
        state=start.to_state,
        outcome=None,
        revision=0,
        parties=data["parties"],
        facts=data["facts"],
        entered_at=start.at,
        created_at=start.at,
        updated_at=start.at,
    )


def _again(rules_of: RulesOf, mentorship: Mentorship, entry: HistoryEntry) -> Decision:
    rules = rules_of(mentorship.version)
    timer = _timer_of(mentorship, entry)
    event = Event(name=entry.event, data=entry.data, by=entry.by, key=entry.key)
    if entry.event == MIGRATED:
        return decide_migration(rules, rules_of(entry.data["to"]), mentorship, event, entry.at)
    if timer is not None:
        # As it was decided: time brings no data, and what it fires is known only after.
        event = Event(name="", timer=timer)
    workflow, timings = rules
    return decide(workflow, mentorship, event, timings, entry.at)


def _timer_of(mentorship: Mentorship, entry: HistoryEntry) -> Timer | None:
    if entry.cause is None:
        return None
    key = (entry.cause["timer"], entry.cause["instance"])
    return next(timer for timer in mentorship.timers if timer.key == key)
