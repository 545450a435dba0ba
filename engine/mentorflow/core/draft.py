"""A mentorship while an event is being decided: the one mutable thing, never seen outside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mentorflow.core.machine import Move, fire
from mentorflow.core.mentorship import (
    Detour,
    Effect,
    Escalation,
    Event,
    Mentorship,
    Setting,
    Timer,
    TimerKey,
)
from mentorflow.core.pending import PendingTimers
from mentorflow.core.timings import Spans, Timings
from mentorflow.core.workflow import HOST, TimerRule, View, Workflow

PARTIES = "parties"
"""What a record returns under this name are not facts but the parties that change."""
_HOST_ONLY = frozenset({HOST})


class Draft:
    """What the decision on one event has worked out so far."""

    def __init__(
        self, workflow: Workflow, before: Mentorship, event: Event, timings: Timings, now: datetime
    ) -> None:
        self.workflow = workflow
        self.before = before
        self.id = before.id
        self.program = before.program
        self.version = before.version
        self.event = event
        self.timings = timings
        self.calendar = timings.calendar(before.program)
        self.now = now
        self.state = before.state
        self.entered_at = before.entered_at
        self.stack: tuple[Detour, ...] = before.stack
        self.outcome = before.outcome
        self.facts: Mapping[str, Any] = before.facts
        self.parties = before.parties
        self._view: View | None = None
        self._seen_by: Mapping[str, Any] | None = None
        """The parties the view was made for, whose roles it tells."""
        self._pending = PendingTimers.of(before.timers)
        self._timers: dict[TimerKey, Timer | None] = {}
        """The timers that may have changed; None where one is taken away."""
        self.escalations_by_id = {escalation.id: escalation for escalation in before.escalations}
        """The escalations by their ids, those that are over now included."""
        self.move: Move = fire
        self.recorded: set[str] = set()
        """The names of the facts that may have changed."""
        self.effects: list[Effect] = []
        self.revision = before.revision + 1

    def record(self, changes: Mapping[str, Any]) -> None:
        """Take changed facts in; None takes a fact away."""
        if not changes:
            return
        self.recorded |= changes.keys()
        facts = {**self.facts, **changes}
        if PARTIES in changes:
            self.parties = {**self.parties, **(facts.pop(PARTIES) or {})}
        if None in changes.values():
            facts = {name: value for name, value in facts.items() if value is not None}
        self.facts = facts

    def current(self) -> Mentorship:
        """Return the mentorship as decided so far."""
        before = self.before
        return Mentorship(
            id=before.id,
            key=before.key,
            program=before.program,
            workflow=before.workflow,
            version=self.version,
            state=self.state,
            outcome=self.outcome,
            revision=self.revision,
            parties=self.parties,
            facts=self.facts,
            entered_at=self.entered_at,
            created_at=before.created_at,
            updated_at=self.now,
            stack=self.stack,
            timers=self._pending.changed(self._timers) if self._timers else self._pending,
            escalations=self.escalations,
        )

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """The escalations that are not over."""
        if not self.escalations_by_id:
            return ()
        return tuple(found for found in self.escalations_by_id.values() if not found.status.is_over)

    def escalations_put(self) -> tuple[Escalation, ...]:
        """Return the escalations that are new or changed."""
        old = self.before.escalations
        return tuple(found for found in self.escalations_by_id.values() if found not in old)

    def timers_put(self) -> tuple[Timer, ...]:
        """Return the timers that are new or changed."""
        if not self._timers:
            return ()
        holds = self._pending.holds
        put = [timer for timer in self._timers.values() if timer is not None and not holds(timer)]
        return tuple(put)

    def timers_gone(self) -> tuple[TimerKey, ...]:
        """Return the keys of the timers that are no longer pending."""
        if not self._timers:
            return ()
        has = self._pending.has
        return tuple([key for key, timer in self._timers.items() if timer is None and has(key)])

    def view(self) -> View:
        """Return what guards and records see of it: always as decided so far."""
        if self._view is None or self._seen_by is not self.parties:
            spans = Spans(self.workflow, self.timings, self)
            self._view = View(self, self.event, self.now, self._roles(), self.calendar, spans)
            self._seen_by = self.parties
        return self._view

    def close(self) -> None:
        """Let go of the view, which refers to the draft: else only a collection finds the two."""
        self._view = None

    def _roles(self) -> frozenset[str]:
        """Return the roles of the sender by the parties as they are now."""
        by = self.event.by
        if by is None:
            return _HOST_ONLY
        roles = frozenset([role for role, people in self.parties.items() if by in people])
        return roles or _HOST_ONLY

    def setting(self, timing: str) -> Setting:
        """Return the value of a timing in force for this mentorship."""
        return self.timings.setting(self.workflow.timings[timing], self)

    def live_states(self) -> dict[str, datetime]:
        """Return the states whose timers run, with the instant each was entered."""
        live = {detour.state: detour.entered_at for detour in self.stack}
        live[self.state] = self.entered_at
        return live

    def timer(self, key: TimerKey) -> Timer | None:
        """Return the timer with a key, if it is pending."""
        return self._timers[key] if key in self._timers else self._pending.at(key)

    def timer_keys(self) -> list[TimerKey]:
        """Return the keys of all timers that are pending."""
        put = [key for key, timer in self._timers.items() if timer is not None]
        return self._pending.keys(but=self._timers) + put

    @property
    def had_suspended_timer(self) -> bool:
        """Whether a timer stood still before the event."""
        return self._pending.has_suspended

    def put_timer(self, timer: Timer) -> None:
        """Set a timer, in place of the one with the same key."""
        self._timers[timer[:2]] = timer

    def drop_timer(self, key: TimerKey) -> None:
        """Take a timer away, if it is there."""
        if key in self._timers or self._pending.has(key):
            self._timers[key] = None

    def add_effect(self, effect: Effect) -> None:
        """Have something done after commit."""
        self.effects.append(effect)

    def put_escalation(self, escalation: Escalation, **changes: Any) -> Escalation:
        """Set an escalation, with what changed of it; stamp when and by whom."""
        stamped = {"changed_at": self.now, "changed_by": self.event.by, **changes}
        changed = escalation._replace(**stamped)
        self.escalations_by_id[changed.id] = changed
        return changed

    def recipients(self, role: str) -> tuple[str | None, ...]:
        """Return who of a role gets its messages; (None,) where nobody has the role."""
        people = self.parties.get(role, ())
        rule = self.workflow.roles.get(role)
        if rule is not None and rule.narrowed_by is not None:
            chosen = self.facts.get(rule.narrowed_by) or ()
            people = [person for person in people if person in chosen] or people
        return tuple(people) or (None,)


def unless_holds(rule: TimerRule, view: View) -> str | None:
    """Return the claim that makes a timer pointless now, or None."""
    for guard in rule.unless:
        if guard.refusal(view) is None:
            return guard.name
    return None
