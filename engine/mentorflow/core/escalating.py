"""Ladders: who is told next while nobody acts, and what acknowledging or snoozing changes."""

from collections.abc import Callable
from datetime import datetime

from mentorflow.core.draft import Draft
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import (
    Effect,
    Escalation,
    EscalationStatus,
    Setting,
    Timer,
)
from mentorflow.core.workflow import Ladder, NamedGuard
from mentorflow.errors import GuardRefused, InvalidPayload

TIMER_PREFIX = "ladder."
ACKNOWLEDGED = "escalation.acknowledged"
SNOOZED = "escalation.snoozed"
DISMISSED = "escalation.dismissed"
RESOLVED = "escalation.resolved"
OPENED = "escalation.opened"
CLIMBED = "ladder.climbed"
ACTS = (ACKNOWLEDGED, SNOOZED, DISMISSED, RESOLVED)
"""The events by which a person acts on an escalation; every state takes them."""
SNOOZE = "snoozed"
UNTIL = "until"
CAUSE_GONE = "its cause is gone"
Then = Callable[[str], Setting]
"""The value that a timing had before."""
_WAITING = {EscalationStatus.OPEN, EscalationStatus.SNOOZED}


def escalate(draft: Draft, name: str, *, at: int | None, cause: str, owner: str) -> None:
    """Start a ladder, at a rung or from the bottom; climb to the rung where it runs already."""
    ladder = draft.workflow.ladders[name]
    running = _running(draft, name)
    if running is None:
        _open(draft, ladder, at=at, cause=cause, owner=owner)
    elif at is not None and running.status in _WAITING and running.rung <= at:
        _climb(draft, running, at)


def _running(draft: Draft, ladder: str) -> Escalation | None:
    for escalation in draft.escalations_by_id.values():
        if escalation.ladder == ladder and not escalation.status.is_over:
            return escalation
    return None


def _open(draft: Draft, ladder: Ladder, *, at: int | None, cause: str, owner: str) -> None:
    opened = Escalation(
        id=f"{draft.before.id}-{draft.revision}:{ladder.name}",
        ladder=ladder.name,
        cause=cause,
        state="" if ladder.outlives_state else owner,
        status=EscalationStatus.OPEN,
        rung=at or 0,
        opened_at=draft.now,
        changed_at=draft.now,
    )
    draft.put_escalation(opened)
    draft.add_effect(_notice(opened, OPENED))
    if at is None and not _after(draft, ladder, 0).is_zero:
        _set_timer(draft, opened, rung=0, start_at=draft.now)
    else:
        _climb(draft, opened, at or 0)


def climb(draft: Draft, timer: Timer) -> str | None:
    """Tell the next rung; return why not where the cause is gone."""
    escalation = draft.escalations_by_id.get(timer.instance)
    if escalation is None:
        draft.drop_timer(timer.key)
        return CAUSE_GONE
    gone = cause_gone(draft, escalation)
    if gone is not None:
        resolve(draft, escalation, gone)
        return gone
    last = len(draft.workflow.ladders[escalation.ladder].rungs) - 1
    _climb(draft, escalation, min(escalation.rung, last))
    return None


def _climb(draft: Draft, escalation: Escalation, rung: int) -> None:
    """Tell a rung, with those told at the same time, and set the timer of the next.

    The ladder is taken to have started so that this rung is due just now: where the engine was
    down for days, whoever was told last still has the full time to act before the next is told.
    """
    ladder = draft.workflow.ladders[escalation.ladder]
    offset = _after(draft, ladder, rung)
    _tell(draft, escalation, ladder, rung)
    rung += 1
    while rung < len(ladder.rungs) and _after(draft, ladder, rung) == offset:
        _tell(draft, escalation, ladder, rung)
        rung += 1
    told = draft.put_escalation(escalation, rung=rung, status=EscalationStatus.OPEN)
    start_at = draft.calendar.before(draft.now, offset)
    _set_timer(draft, told, rung=rung, start_at=start_at)


def _after(draft: Draft, ladder: Ladder, rung: int) -> Duration:
    return draft.setting(ladder.rungs[rung].timing).value


def _tell(draft: Draft, escalation: Escalation, ladder: Ladder, rung: int) -> None:
    step = ladder.rungs[rung]
    for role in step.to:
        for person in draft.recipients(role):
            draft.add_effect(
                Effect(
                    kind="escalate",
                    name=step.message,
                    role=role,
                    recipient=person,
                    data={"escalation": escalation.id, "ladder": ladder.name, "rung": rung + 1},
                )
            )


def _set_timer(draft: Draft, escalation: Escalation, *, rung: int, start_at: datetime) -> None:
    ladder = draft.workflow.ladders[escalation.ladder]
    name = TIMER_PREFIX + ladder.name
    if rung < len(ladder.rungs):
        timing, anchor_at = ladder.rungs[rung].timing, start_at
    elif ladder.repeats is not None:
        timing, anchor_at = ladder.repeats, draft.now
    else:
        draft.drop_timer((name, escalation.id))
        return
    setting = draft.setting(timing)
    draft.put_timer(
        Timer(
            name=name,
            instance=escalation.id,
            due_at=draft.calendar.after(anchor_at, setting.value),
            timing=timing,
            value=setting.value.text,
            scope=setting.scope,
            anchor="escalation",
            anchor_at=anchor_at,
        )
    )


def act(draft: Draft) -> None:
    """Carry a person's act on an escalation into the draft.

    Raises:
        GuardRefused: if the mentorship has no such escalation open.
    """
    event = draft.event
    wanted = event.data["escalation"]
    escalation = draft.escalations_by_id.get(wanted)
    if escalation is None:
        known = ", ".join(draft.escalations_by_id) or "none"
        reason = f"escalation {wanted!r} is not open here; open are: {known}"
        raise GuardRefused(reason, guard="escalation_is_open", reason=reason, allowed_events=())
    reason_given = event.data.get("reason")
    if event.name == SNOOZED:
        _snooze(draft, escalation)
    elif event.name == ACKNOWLEDGED:
        draft.drop_timer((TIMER_PREFIX + escalation.ladder, escalation.id))
        draft.put_escalation(escalation, status=EscalationStatus.ACKNOWLEDGED, reason=reason_given)
    else:
        over = EscalationStatus.DISMISSED if event.name == DISMISSED else EscalationStatus.RESOLVED
        close(draft, escalation, status=over, reason=reason_given)
    draft.add_effect(_notice(escalation, event.name))


def _snooze(draft: Draft, escalation: Escalation) -> None:
    event, setting = draft.event, draft.setting(draft.workflow.snooze)
    due = draft.calendar.after(draft.now, setting.value)
    if event.data.get("until") is not None:
        due = datetime.fromisoformat(event.data["until"])
        if due <= draft.now:
            raise InvalidPayload(
                f"until is {event.data['until']}, which has gone by; name an instant to come"
            )
    back_to = max(escalation.rung - 1, 0)
    draft.put_timer(
        Timer(
            name=TIMER_PREFIX + escalation.ladder,
            instance=escalation.id,
            due_at=due,
            timing=setting.timing,
            value=setting.value.text,
            scope=UNTIL if "until" in event.data else setting.scope,
            anchor=SNOOZE,
            anchor_at=draft.now,
        )
    )
    draft.put_escalation(
        escalation,
        status=EscalationStatus.SNOOZED,
        rung=back_to,
        reason=event.data.get("reason"),
    )


def close(
    draft: Draft, escalation: Escalation, *, status: EscalationStatus, reason: str | None
) -> None:
    """End an escalation and its timer."""
    draft.drop_timer((TIMER_PREFIX + escalation.ladder, escalation.id))
    draft.put_escalation(escalation, status=status, reason=reason)


def resolve(draft: Draft, escalation: Escalation, gone: str) -> None:
    """End an escalation whose cause is gone, and tell the host."""
    close(draft, escalation, status=EscalationStatus.RESOLVED, reason=gone)
    draft.add_effect(_notice(escalation, RESOLVED))


def follow_ladder(draft: Draft, escalation: Escalation, then: Then) -> None:
    """Have a running escalation climb by the draft's workflow, where it climbed by another.

    What was told stays told; a rung that is late by the new ladder is told now.
    """
    ladder = draft.workflow.ladders[escalation.ladder]
    key = (TIMER_PREFIX + ladder.name, escalation.id)
    timer, rung = draft.timer(key), escalation.rung
    if timer is None:
        if escalation.status is EscalationStatus.OPEN:
            told = min(rung, len(ladder.rungs)) - 1
            start_at = draft.calendar.before(draft.now, _after(draft, ladder, max(told, 0)))
            _set_timer(draft, escalation, rung=rung, start_at=start_at)
        return
    timing = _timing_of_next(ladder, rung)
    if timer.anchor == SNOOZE:
        timing = draft.workflow.snooze
    if timing is None:
        draft.drop_timer(key)
    elif timer.scope != UNTIL:
        draft.put_timer(_retimed(draft, timer, draft.setting(timing), then(timer.timing)))


def _timing_of_next(ladder: Ladder, rung: int) -> str | None:
    return ladder.rungs[rung].timing if rung < len(ladder.rungs) else ladder.repeats


def _retimed(draft: Draft, timer: Timer, setting: Setting, then: Setting) -> Timer:
    if setting.value.length == then.value.length:
        return timer._replace(timing=setting.timing)
    due = draft.calendar.after(timer.anchor_at, setting.value)
    timing, value, scope = setting
    after = timer._replace(timing=timing, value=value.text, scope=scope)
    if timer.is_set_aside and due <= draft.now:
        return after  # it is told when its program goes on
    return after._replace(due_at=max(due, draft.now), remaining=None)


def settle(draft: Draft) -> None:
    """Resolve every escalation whose cause the event has taken away."""
    for escalation in tuple(draft.escalations_by_id.values()):
        if escalation.status.is_over:
            continue
        gone = cause_gone(draft, escalation)
        if gone is not None:
            resolve(draft, escalation, gone)


def cause_gone(draft: Draft, escalation: Escalation) -> str | None:
    """Return what took the cause of an escalation away, or None while it stands."""
    if escalation.state and escalation.state not in draft.live_states():
        return f"the mentorship left the state {escalation.state}"
    claims = _claims(draft, escalation)
    if not claims:
        return None
    view = draft.view()
    for claim in claims:
        if claim.refusal(view) is None:
            return f"{CAUSE_GONE}: {claim.name}"
    return None


def _claims(draft: Draft, escalation: Escalation) -> tuple[NamedGuard, ...]:
    ladder = draft.workflow.ladders[escalation.ladder]
    rule = draft.workflow.timers.get(escalation.cause)
    return ladder.unless + (rule.unless if rule is not None else ())


def _notice(escalation: Escalation, name: str) -> Effect:
    return Effect(
        kind="publish",
        name=name,
        data={"escalation": escalation.id, "ladder": escalation.ladder},
    )
