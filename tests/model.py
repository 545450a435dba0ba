"""The engine in miniature: `decide` alone on a clock, checking each decision it makes."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from builders import START
from mentorflow import MentorflowError, Mentorship
from mentorflow.core.decide import Decision, decide, decide_start
from mentorflow.core.leaving import has_way_out, needs_way_out
from mentorflow.core.mentorship import Detour, Event, HistoryEntry, Timer
from mentorflow.core.offers import allowed_events
from mentorflow.core.replay import blank
from mentorflow.core.timings import WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.engine.payload import json_text, validated

Outcome = tuple[Any, ...]
"""What a call came to, to compare with what the same call came to elsewhere."""


class Model:
    """One mentorship that lives in memory only."""

    def __init__(self, workflow: Workflow, start: HistoryEntry) -> None:
        self.workflow = workflow
        self.timings = WorkflowTimings(workflow)
        self.decisions = [decide_start(workflow, blank(start), start.data, self.timings)]

    @property
    def mentorship(self) -> Mentorship:
        """As it stands."""
        return self.decisions[-1].mentorship

    @property
    def offered(self) -> list[str]:
        """The events that may be sent as it stands."""
        return allowed_events(self.workflow, self.mentorship)

    def send(
        self, event: str, *, by: str | None, data: Mapping[str, Any], now: datetime
    ) -> Outcome:
        """Send an event; say what it came to."""
        try:
            text = json_text(data, what=f"the data of {event!r}")
            self._decide(Event(name=event, data=validated(self.workflow, event, text), by=by), now)
        except MentorflowError as refused:
            return refusal(refused, self.mentorship.id)
        return standing(self.mentorship)

    def run_due(self, now: datetime) -> None:
        """Fire what is due, the first first, until nothing is."""
        for _ in range(1000):
            due = [timer for timer in self.mentorship.timers if _is_due(timer, now)]
            if not due:
                return
            first = min(due, key=lambda timer: (timer.due_at or now, timer.key))
            self._decide(Event(name="", timer=first), now)
            again = {timer.key: timer for timer in self.mentorship.timers}.get(first.key)
            assert again is None or not _is_due(again, now), (
                f"{first.name} would fire again at once"
            )
        raise AssertionError("time does not come to rest")

    def _decide(self, event: Event, now: datetime) -> None:
        before = self.mentorship
        copy, event_copy = deepcopy(before), deepcopy(event)
        try:
            decision = decide(self.workflow, before, event, self.timings, now)
        finally:
            assert whole(before) == whole(copy), "decide changed the mentorship it was given"
            assert event == event_copy, "decide changed the event it was given"
        assert_holds(self.workflow, decision)
        self.decisions.append(decision)


def standing_in(
    workflow: Workflow, state: str, *, below: Sequence[str] = (), **changes: Any
) -> Mentorship:
    """Return a mentorship of mentee-1 and mentor-1 in a state, on top of those below."""
    given: dict[str, Any] = {
        "id": "0190f2c4-7a00-7000-8000-000000000001",
        "key": None,
        "program": "program-1",
        "workflow": workflow.name,
        "version": workflow.version,
        "state": state,
        "outcome": None,
        "revision": 1,
        "parties": {"mentee": ["mentee-1"], "mentor": ["mentor-1"]},
        "facts": {},
        "entered_at": START,
        "created_at": START,
        "updated_at": START,
        "stack": tuple(Detour(state=name, entered_at=START) for name in below),
    }
    return Mentorship(**{**given, **changes})


def _is_due(timer: Timer, now: datetime) -> bool:
    return timer.due_at is not None and timer.due_at <= now


def assert_holds(workflow: Workflow, decision: Decision) -> None:
    """Check what holds after every decision, whatever the workflow."""
    after, timers = decision.mentorship, decision.mentorship.timers
    live = {after.state, *(detour.state for detour in after.stack)}
    assert len({timer.key for timer in timers}) == len(timers)
    assert after.revision == decision.before.revision + 1
    for timer in timers:
        assert (timer.due_at is None) == (timer.remaining is not None)
        rule = workflow.timers.get(timer.name)
        if rule is not None and rule.owner in workflow.states:
            assert rule.owner in live, f"{timer.name} outlived its state"
    if needs_way_out(workflow, after.state):
        assert has_way_out(workflow, after.state, timers), f"nothing leads out of {after.state}"
    for found in after.escalations:
        assert not found.status.is_over


def whole(mentorship: Mentorship) -> tuple[Any, ...]:
    """Return a mentorship with what its equality leaves out."""
    return (mentorship, mentorship.timers, mentorship.escalations)


def standing(mentorship: Mentorship) -> Outcome:
    """Return all there is of a mentorship but its id, which differs from store to store."""
    own = mentorship.id
    timers = [
        timer._replace(instance=timer.instance.replace(own, "ID")) for timer in mentorship.timers
    ]
    escalations = [
        found._replace(id=found.id.replace(own, "ID")) for found in mentorship.escalations
    ]
    return (
        mentorship._replace(id="ID", timers=(), escalations=()),
        sorted(timers, key=lambda timer: timer.key),
        sorted(escalations, key=lambda found: found.id),
    )


def refusal(refused: MentorflowError, own: str) -> Outcome:
    """Return what a refusal says, but for the id."""
    return (refused.code, str(refused).replace(own, "ID"))


def told(entries: list[HistoryEntry]) -> list[Outcome]:
    """Return a history but for the id."""
    return [
        tuple(_but(entry.mentorship_id, part) for part in (entry.revision, *entry))
        for entry in entries
    ]


def _but(own: str, part: Any) -> Any:
    text = json.dumps(part, sort_keys=True, default=str)
    return text.replace(own, "ID")
