"""What `--json` prints: mentorships, history, timers, escalations, people as plain documents."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.person import Person

if TYPE_CHECKING:
    from mentorflow.engine.engine import Engine
    from mentorflow.engine.incidents import Incident
    from mentorflow.engine.programs import Program

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
        "frozen": explained["frozen"],
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


def program_document(program: "Program") -> dict[str, Any]:
    """Return what operators have said of a program."""
    calendar = None if program.calendar is None else program.calendar.document()
    return {"program": program.id, "calendar": calendar, "frozen": frozen_document(program)}


def frozen_document(program: "Program") -> dict[str, Any] | None:
    """Return since when a program is frozen, by whom and why; None where it is not."""
    if program.frozen is None:
        return None
    return {**program.frozen._asdict(), "since": instant(program.frozen.since)}


def person_document(person: Person) -> dict[str, Any]:
    """Return how a person is reached."""
    hours, absence = person.quiet_hours, person.absence
    return {
        "person": person.id,
        "name": person.name,
        "time_zone": person.time_zone,
        "locale": person.locale,
        "style": person.style,
        "channels": [
            reach.channel if reach.address is None else f"{reach.channel}:{reach.address}"
            for reach in person.channels
        ],
        "quiet_hours": hours and [f"{hours.since:%H:%M}", f"{hours.until:%H:%M}"],
        "absence": absence and [instant(absence.since), instant(absence.until)],
        "weekly_budget": person.weekly_budget,
    }


def message_document(message: MessageOutcome) -> dict[str, Any]:
    """Return what became of a message to a person."""
    return {
        "id": message.id,
        "mentorship": message.mentorship_id,
        "person": message.person,
        "message": message.name,
        "role": message.role,
        "status": message.status.value,
        "why": message.why and message.why.value,
        "goes_out_at": instant(message.goes_out_at),
        "letter": message.letter,
        "channel": message.channel,
        "decided_at": instant(message.decided_at),
        "changed_at": instant(message.changed_at),
    }


def incident_document(incident: "Incident") -> dict[str, Any]:
    """Return an effect that was given up."""
    return {
        "id": incident.id,
        "mentorship": incident.mentorship_id,
        "kind": incident.kind,
        "name": incident.name,
        "role": incident.role,
        "recipient": incident.recipient,
        "attempts": incident.attempts,
        "error": incident.error,
        "given_up_at": instant(incident.given_up_at),
    }
