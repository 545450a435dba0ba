"""Why a mentorship stands where it does, and what happens next, in plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from mentorflow.core.decide import TIMER_SKIPPED
from mentorflow.core.mentorship import HistoryEntry, Mentorship, Timer, TimerKey
from mentorflow.core.offers import allowed_events
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.workflow import Workflow
from mentorflow.engine.programs import Freeze, Program

_LAST_SKIPPED = 5


def explain(
    workflow: Workflow,
    mentorship: Mentorship,
    history: Sequence[HistoryEntry],
    unsent: Sequence[MessageOutcome],
    program: Program,
    *,
    put_off: Mapping[TimerKey, str],
) -> dict[str, Any]:
    """Return how a mentorship came to its state, what it takes, and what fires next."""
    arrival = next(
        (entry for entry in reversed(history) if entry.from_state != entry.to_state), history[0]
    )
    skipped = [entry for entry in history if entry.event == TIMER_SKIPPED]
    running = [timer for timer in mentorship.timers if timer.due_at is not None]
    still = [timer for timer in mentorship.timers if timer.due_at is None]
    aside = [timer for timer in still if timer.is_set_aside]
    return {
        "id": mentorship.id,
        "state": mentorship.state,
        "outcome": mentorship.outcome,
        "since": mentorship.entered_at.isoformat(),
        "help": workflow.states[mentorship.state].help,
        "because": _because(arrival),
        "returns_to": [detour.state for detour in mentorship.stack],
        "allowed_events": allowed_events(workflow, mentorship),
        "upcoming": [
            {**upcoming(workflow, timer), "put_off_by": put_off.get(timer.key)}
            for timer in sorted(running, key=_when)
        ],
        "suspended": sorted(timer.name for timer in still if not timer.is_set_aside),
        "frozen": None if program.frozen is None else _frozen(program.frozen),
        "set_aside": [_set_aside(timer) for timer in sorted(aside, key=_when_due)],
        "skipped": [_because(entry) for entry in skipped[-_LAST_SKIPPED:]],
        "escalations": [
            {"id": found.id, "ladder": found.ladder, "status": found.status, "rung": found.rung}
            for found in mentorship.escalations
        ],
        "unsent": [_unsent(message) for message in unsent],
    }


def upcoming(workflow: Workflow, timer: Timer) -> dict[str, Any]:
    """Return a pending timer with what it will do and what would make it pointless."""
    rule = workflow.timers.get(timer.name)
    return {
        "timer": timer.name,
        "instance": timer.instance,
        "due_at": timer.due_at.isoformat() if timer.due_at else None,
        "timing": timer.timing,
        "value": timer.value,
        "scope": timer.scope,
        "anchor": timer.anchor,
        "anchor_at": timer.anchor_at.isoformat(),
        "fires": rule.fires if rule else None,
        "does": [f"{action.verb} {action.name}".strip() for action in rule.actions] if rule else [],
        "unless": [guard.name for guard in rule.unless] if rule else [],
    }


def _because(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "at": entry.at.isoformat(),
        "event": entry.event,
        "by": entry.by,
        "from": entry.from_state,
        "to": entry.to_state,
        "cause": entry.cause,
        "data": dict(entry.data),
    }


def _frozen(freeze: Freeze) -> dict[str, Any]:
    return {"since": freeze.since.isoformat(), "by": freeze.by, "because": freeze.because}


def _set_aside(timer: Timer) -> dict[str, Any]:
    due_at = timer.came_due_at
    return {
        "timer": timer.name,
        "instance": timer.instance,
        "came_due_at": due_at.isoformat() if due_at else None,
    }


def _unsent(message: MessageOutcome) -> dict[str, Any]:
    return {
        "id": message.id,
        "message": message.name,
        "person": message.person,
        "status": message.status.value,
        "why": message.why.value if message.why else None,
        "goes_out_at": message.goes_out_at.isoformat(),
    }


def _when(timer: Timer) -> str:
    return timer.due_at.isoformat() if timer.due_at else ""


def _when_due(timer: Timer) -> float:
    return -(timer.remaining or 0.0)
