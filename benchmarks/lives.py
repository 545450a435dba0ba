"""A mentorship's events in the order in which a pair would send them, to measure sending with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mentorflow.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a life."""

    event: str
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)


_TERMS = {
    "version": 1,
    "objectives": ["Ship a feature from design to release"],
    "outcomes_mentee": ["Confidence in code review"],
    "outcomes_mentor": ["Practice in explaining the design"],
    "cadence": "14d",
    "hours_per_month": 4,
    "styles": ["direct"],
    "structure": "A call every other week, chat in between.",
    "expectations": ["Questions are written down before a call"],
}
_GOAL = {
    "statement": "Write and release the import command of the project",
    "metric": "Commands released",
    "baseline": "0",
    "target": "1",
    "first_step": "Read the code of the export command",
    "relevance": "It is the first feature I will own from start to end",
    "within": "21d",
}
_FEEDBACK = {
    "situation": "In the design review on Tuesday",
    "behavior": "You asked two people for their view before giving yours",
    "effect": "We found the problem with the cache in time",
    "suggestion": "Do the same in the next review",
    "kind": "strength",
}
_BEGINNING = (
    Step("mentor.accepted", "mentor"),
    Step("meeting.booked", "mentee", {"meeting": "first", "starts_in": "3d", "length": "45m"}),
    Step("message.logged", "mentee", {"channel": "chat"}),
    Step("meeting.held", "mentor", {"meeting": "first"}),
    Step("fit.confirmed", "mentee"),
    Step("fit.confirmed", "mentor"),
    Step("agreement.proposed", "mentee", _TERMS),
    Step("agreement.signed", "mentee", {"version": 1}),
    Step("agreement.signed", "mentor", {"version": 1}),
    Step("goal.set", "mentee", {"goal": "goal-1", **_GOAL}),
)
_WORK = (
    Step("meeting.booked", "mentee", {"meeting": "call", "starts_in": "3d", "length": "45m"}),
    Step("message.logged", "mentor", {"channel": "chat", "count": 3}),
    Step("goal.progressed", "mentee", {"goal": "goal-1", "value": "half of the command"}),
    Step("meeting.held", "mentor", {"meeting": "call"}),
    Step("feedback.given", "mentor", _FEEDBACK),
    Step("feedback.acknowledged", "mentee", {"next_step": "Ask the two reviewers first"}),
    Step("pulse.answered", "mentee", {"score": 4}),
    Step("activity.noted", "mentor", {"source": "code review"}),
)
LENGTH = len(_BEGINNING) + len(_WORK)


def step(place: int) -> Step:
    """Return the event at a place of a life; the work repeats for as long as it is asked."""
    if place < len(_BEGINNING):
        return _BEGINNING[place]
    return _WORK[(place - len(_BEGINNING)) % len(_WORK)]


class Lives:
    """Mentorships each at a place of its own in the life, so that any moment is a mix of events."""

    def __init__(self, engine: Engine, count: int) -> None:
        self.ids = engine.start_many(_start(number) for number in range(count))
        self._places = [0] * count
        for _ in range(LENGTH):
            engine.send_many(
                self._item(number)
                for number in range(count)
                if self._places[number] < number % LENGTH
            )

    def next_events(self) -> list[dict[str, Any]]:
        """Return the next event of every mentorship, as `send_many` takes it."""
        return [self._item(number) for number in range(len(self.ids))]

    def _item(self, number: int) -> dict[str, Any]:
        place = self._places[number]
        self._places[number] += 1
        found = step(place)
        return {
            "id": self.ids[number],
            "event": found.event,
            "by": f"{found.by}-{number}",
            "data": found.data,
            "key": f"event-{place}",
        }


def _start(number: int) -> dict[str, Any]:
    return {
        "mentee": f"mentee-{number}",
        "mentors": [f"mentor-{number}"],
        "coordinator": "coordinator-1",
        "program": f"program-{number % 20}",
        "key": f"bench-{number}",
        "dates": {"ends_on": "2025-08-29"},
    }
