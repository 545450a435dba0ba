"""A mentorship while an event is being decided: the one mutable thing, never seen outside."""

from collections.abc import Mapping
from dataclasses import replace
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
)
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
        self.event = event
        self.timings = timings
        self.now = now
        self.state = before.state
        self.entered_at = before.entered_at
        self.stack: tuple[Detour, ...] = before.stack
        self.outcome = before.outcome
        self.facts: Mapping[str, Any] = before.facts
        self.parties = before.parties
        self.timers_before = {timer[:2]: timer for timer in before.timers}
        self.timers = dict(self.timers_before)
        self.touched: set[tuple[str, str]] = set()
        """The keys of the timers that may have changed."""
        self.escalations = {escalation.id: escalation for escalation in before.escalations}
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
        parties = facts.pop(PARTIES, None)
        if parties is not None:
            self.parties = {**self.parties, **parties}
        self.facts = {name: value for name, value in facts.items() if value is not None}

    def current(self) -> Mentorship:
        """Return the mentorship as decided so far."""
        before = self.before
        return Mentorship(
            id=before.id,
            key=before.key,
            program=before.program,
            workflow=before.workflow,
            version=before.version,
            state=self.state,
            outcome=self.outcome,
            revision=self.revision,
            parties=self.parties,
            facts=self.facts,
            entered_at=self.entered_at,
            created_at=before.created_at,
            updated_at=self.now,
            stack=self.stack,
            timers=tuple(self.timers.values()) if self.touched else before.timers,
            escalations=self._not_over() if self.escalations else (),
        )

    def _not_over(self) -> tuple[Escalation, ...]:
        return tuple(found for found in self.escalations.values() if not found.status.is_over)

    def timers_put(self) -> tuple[Timer, ...]:
        """Return the timers that are new or changed."""
        return tuple(
            self.timers[key]
            for key in self.touched
            if key in self.timers and self.timers[key] != self.timers_before.get(key)
        )

    def timers_gone(self) -> tuple[tuple[str, str], ...]:
        """Return the keys of the timers that are no longer pending."""
        return tuple(
            key for key in self.touched if key in self.timers_before and key not in self.timers
        )

    def view(self, mentorship: Mentorship | None = None) -> View:
        """Return what guards and records see of it."""
        seen = mentorship or self.current()
        by = self.event.by
        roles = _HOST_ONLY if by is None else seen.roles_of(by) or _HOST_ONLY
        spans = Spans(self.workflow, self.timings, seen.facts)
        return View(seen, self.event, self.now, roles, self.workflow.calendar, spans)

    def setting(self, timing: str) -> Setting:
        """Return the value of a timing in force for this mentorship."""
        return self.timings.setting(self.workflow.timings[timing], self.facts)

    def live_states(self) -> dict[str, datetime]:
        """Return the states whose timers run, with the instant each was entered."""
        live = {detour.state: detour.entered_at for detour in self.stack}
        live[self.state] = self.entered_at
        return live

    def put_timer(self, timer: Timer) -> None:
        """Set a timer, in place of the one with the same key."""
        self.timers[timer.key] = timer
        self.touched.add(timer.key)

    def drop_timer(self, key: tuple[str, str]) -> None:
        """Take a timer away, if it is there."""
        if self.timers.pop(key, None) is not None:
            self.touched.add(key)

    def add_effect(self, effect: Effect) -> None:
        """Have something done after commit."""
        self.effects.append(effect)

    def put_escalation(self, escalation: Escalation, **changes: Any) -> Escalation:
        """Set an escalation, with what changed of it; stamp when and by whom."""
        changed = replace(
            escalation, **{"changed_at": self.now, "changed_by": self.event.by, **changes}
        )
        self.escalations[changed.id] = changed
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
