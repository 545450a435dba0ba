"""What `--json` prints: mentorships, history, timers and escalations as plain documents."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer

if TYPE_CHECKING:
    from mentorflow.engine.engine import Engine

_ID_LENGTH = 36


def instant(value: datetime | None) -> str | None:
    """Return an instant in ISO 8601 with its offset."""
    return None if value is None else value.isoformat()


def mentorship_document(mentorship: Mentorship) -> dict[str, Any]:
    """Return a mentorship as lists show it."""
    return {
        "id": mentorship.id,
        "key": mentorship.key,
        "program": mentorship.program,
        "state": mentorship.state,
        "outcome": mentorship.outcome,
        "revision": mentorship.revision,
        "entered_at": instant(mentorship.entered_at),
        "parties": {role: list(people) for role, people in mentorship.parties.items()},
        "facts": dict(mentorship.facts),
    }


def full_document(engine: "Engine", mentorship: Mentorship) -> dict[str, Any]:
    """Return a mentorship with its timers, its escalations and what it takes now."""
    explained = engine.explain(mentorship.id)
    return {
        **mentorship_document(mentorship),
        "workflow": mentorship.workflow,
        "version": mentorship.version,
        "created_at": instant(mentorship.created_at),
        "updated_at": instant(mentorship.updated_at),
        "returns_to": explained["returns_to"],
        "upcoming": [timer_document(timer) for timer in engine.upcoming(mentorship.id)],
        "suspended": explained["suspended"],
        "escalations": [escalation_document(found) for found in mentorship.escalations],
        "allowed_events": explained["allowed_events"],
    }


def history_document(entry: HistoryEntry) -> dict[str, Any]:
    """Return what was decided at one revision."""
    return {
        "id": entry.id,
        "at": instant(entry.at),
        "event": entry.event,
        "from": entry.from_state,
        "to": entry.to_state,
        "by": entry.by,
        "data": dict(entry.data),
        "cause": None if entry.cause is None else dict(entry.cause),
    }


def timer_document(timer: Timer) -> dict[str, Any]:
    """Return a timer that runs, with where its value came from."""
    return {
        "timer": timer.name,
        "due_at": instant(timer.due_at),
        "timing": timer.timing,
        "value": timer.value,
        "scope": timer.scope,
        "anchor": timer.anchor,
        "instance": timer.instance,
        "anchor_at": instant(timer.anchor_at),
    }


def escalation_document(found: Escalation) -> dict[str, Any]:
    """Return an escalation with the mentorship it belongs to."""
    return {
        "id": found.id,
        "mentorship": mentorship_of(found),
        "ladder": found.ladder,
        "cause": found.cause,
        "state": found.state or None,
        "status": found.status.value,
        "rung": found.rung,
        "opened_at": instant(found.opened_at),
        "changed_at": instant(found.changed_at),
        "changed_by": found.changed_by,
        "reason": found.reason,
    }


def mentorship_of(found: Escalation) -> str:
    """Return the mentorship of an escalation, which its id starts with."""
    return found.id[:_ID_LENGTH]
