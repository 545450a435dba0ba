"""Walk one mentorship through its life by `decide` alone: events in, time passing, words out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mentorflow.core.calendar import EVERYWHERE
from mentorflow.core.decide import Decision, decide, decide_start
from mentorflow.core.mentorship import Effect, Event, Mentorship, Timer
from mentorflow.core.timings import Spans, WorkflowTimings
from mentorflow.core.workflow import View, Workflow

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday morning."""
PARTIES: Mapping[str, tuple[str, ...]] = {
    "mentee": ("mentee-1",),
    "mentor": ("mentor-1",),
    "coordinator": ("coordinator-1",),
    "mediator": ("mediator-1",),
    "program_owner": ("owner-1",),
}


def mentorship(**changes: Any) -> Mentorship:
    """Return a mentorship that waits in contact, changed as a test needs it."""
    given: dict[str, Any] = {
        "id": "m1",
        "key": None,
        "program": "a-program",
        "workflow": "mentorship",
        "version": 1,
        "state": "contact",
        "outcome": None,
        "revision": 1,
        "parties": PARTIES,
        "facts": {},
        "entered_at": START,
        "created_at": START,
        "updated_at": START,
    }
    return Mentorship(**{**given, **changes})


def view(
    workflow: Workflow,
    *,
    by: str | None = None,
    data: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    event: str = "",
    timer: Timer | None = None,
    now: datetime = START,
    **changes: Any,
) -> View:
    """Return what a guard or record sees of an event."""
    subject = mentorship(facts=facts or {}, **changes)
    return View(
        mentorship=subject,
        event=Event(name=event, data=data or {}, by=by, timer=timer),
        now=now,
        roles=subject.roles_of(by) or frozenset({"host"}),
        calendar=EVERYWHERE,
        spans=Spans(workflow, WorkflowTimings(workflow), subject),
    )


def timer(name: str, *, instance: str = "", due_at: datetime = START) -> Timer:
    """Return a timer that is due."""
    return Timer(
        name=name,
        instance=instance,
        due_at=due_at,
        timing=name,
        value="1d",
        scope="default",
        anchor="entered",
        anchor_at=START,
    )


class Walk:
    """One mentorship on its way, with a clock of its own and a memory of what was done."""

    def __init__(
        self,
        workflow: Workflow,
        *,
        parties: Mapping[str, tuple[str, ...]] = PARTIES,
        facts: Mapping[str, Any] | None = None,
        now: datetime = START,
    ) -> None:
        self._workflow = workflow
        self._timings = WorkflowTimings(workflow)
        self.now = now
        self.decisions: list[Decision] = []
        blank = mentorship(
            revision=0,
            state=workflow.initial,
            parties=parties,
            facts=facts or {},
            entered_at=now,
            created_at=now,
            updated_at=now,
        )
        self._take(decide_start(workflow, blank, {}, self._timings))

    @property
    def mentorship(self) -> Mentorship:
        """The mentorship as it stands."""
        return self.decisions[-1].mentorship

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.mentorship.state

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of it."""
        return self.mentorship.facts

    def example(self, event: str, **changes: Any) -> dict[str, Any]:
        """Return the example payload of an event, changed as a test needs it."""
        model = self._workflow.payloads[event]
        return {**model.model_config["json_schema_extra"]["examples"][0], **changes}

    def send(self, event: str, by: str | None = "mentee-1", **changes: Any) -> "Walk":
        """Send the example of an event, with changes to its data."""
        model = self._workflow.payloads[event].model_validate(self.example(event, **changes))
        data = model.model_dump(mode="json", exclude_none=True)
        sent = Event(name=event, data=data, by=by)
        self._take(decide(self._workflow, self.mentorship, sent, self._timings, self.now))
        return self

    def wait(self, **length: float) -> "Walk":
        """Let time pass, and every timer that becomes due fire at its instant."""
        until = self.now + timedelta(**length)
        while (due := self._next(until)) is not None:
            self.now = due.due_at or self.now
            fired = Event(name="", timer=due)
            self._take(decide(self._workflow, self.mentorship, fired, self._timings, self.now))
        self.now = until
        return self

    def due(self, name: str) -> datetime | None:
        """Return when a timer is due; None where it is not set or stands still."""
        found = [one.due_at for one in self.mentorship.timers if one.name == name]
        return found[0] if found else None

    def effects(self, kind: str) -> list[tuple[str, str | None]]:
        """Return the effects of a kind so far: their names, and who they are for."""
        return [
            (effect.name, effect.recipient)
            for decision in self.decisions
            for effect in decision.effects
            if effect.kind == kind
        ]

    def told(self, person: str) -> list[str]:
        """Return the messages a person was sent so far, escalations among them."""
        return [effect.name for _, effect in self.messages() if effect.recipient == person]

    def messages(self) -> list[tuple[datetime, Effect]]:
        """Return every message so far with its instant."""
        return [
            (decision.entry.at, effect)
            for decision in self.decisions
            for effect in decision.effects
            if effect.kind in {"notify", "escalate"}
        ]

    def _next(self, until: datetime) -> Timer | None:
        due = [
            one for one in self.mentorship.timers if one.due_at is not None and one.due_at <= until
        ]
        return min(due, key=lambda one: (one.due_at or until, one.name, one.instance), default=None)

    def _take(self, decision: Decision) -> None:
        self.decisions.append(decision)


def active(workflow: Workflow, **given: Any) -> Walk:
    """Return a walk that has come to active in 15 days, the short way."""
    walk = Walk(workflow, **given)
    walk.wait(days=1).send("mentor.accepted", by="mentor-1")
    walk.send("meeting.booked").wait(days=4).send("meeting.held")
    walk.wait(days=5).send("fit.confirmed").send("fit.confirmed", by="mentor-1")
    walk.wait(days=3).send("agreement.proposed", cadence="30d")
    walk.wait(days=2).send("agreement.signed").send("agreement.signed", by="mentor-1")
    return walk
