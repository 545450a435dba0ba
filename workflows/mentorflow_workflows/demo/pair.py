"""One mentorship as the people in it see it: what they know, and what they mean to do."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from mentorflow.clock import Clock
from mentorflow.core.mentorship import Mentorship
from mentorflow.engine.channels import Notice
from mentorflow_workflows.demo.agenda import Agenda
from mentorflow_workflows.demo.hours import acting_hour, meeting_hour
from mentorflow_workflows.demo.people import Fate, Habits, habits_of

LIVE = frozenset({"rapport", "agreement", "active", "conflict", "celebration", "transition"})
_OVER = frozenset({"escalation.resolved", "escalation.dismissed"})
WORKING = frozenset({"active", "celebration"})


Words = Callable[["Pair"], Mapping[str, Any] | None]
"""What to send, settled only when the time has come; None if there is no reason any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One event somebody means to send."""

    pair: "Pair"
    event: str
    by: str | None
    words: Words
    then: "Callable[[Pair], None] | None"
    """What follows once it was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as it reached somebody."""

    message: str
    person: str
    role: str
    escalation: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all pairs of a demo share."""

    seed: int
    clock: Clock
    agenda: "Agenda[Act]"
    after_meeting: Mapping[str, "Callable[[Pair], None]"]
    """What follows on a meeting, by the state it was held in."""


class Pair:
    """A mentee and their mentors, acting on what they hear and on plans of their own."""

    def __init__(self, mentorship: Mentorship, fate: Fate, setting: Setting) -> None:
        self.mentorship = mentorship
        self.fate = fate
        self.key = mentorship.key or mentorship.id
        self.marks: dict[str, int] = {}
        """How often something happened, for those who count: see `nth`."""
        self.open_escalations: set[str] = set()
        self._setting = setting
        self._chance = Random(f"{setting.seed}:{self.key}")  # noqa: S311  # a play, and it must repeat
        self._habits: dict[str, Habits] = {}

    @property
    def now(self) -> datetime:
        """The present virtual instant."""
        return self._setting.clock.now()

    @property
    def state(self) -> str:
        """The state of the mentorship."""
        return self.mentorship.state

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the mentorship."""
        return self.mentorship.facts

    @property
    def mentee(self) -> str:
        """The mentee."""
        return self.mentorship.parties["mentee"][0]

    @property
    def lead(self) -> str:
        """The mentor who was named first."""
        return self.mentorship.parties["mentor"][0]

    @property
    def guide(self) -> str:
        """The mentor who accepted first: the one the mentee turns to."""
        accepted = self.facts.get("accepted_by") or (self.lead,)
        return str(accepted[0])

    @property
    def coordinator(self) -> str:
        """Who looks after the pair for the program."""
        return self.mentorship.parties["coordinator"][0]

    @property
    def is_gone(self) -> bool:
        """Whether the two have fallen silent for good."""
        return "gone" in self.marks

    @property
    def ends_on(self) -> date | None:
        """The day on which it is to end."""
        text = self.facts.get("dates", {}).get("ends_on")
        return None if text is None else date.fromisoformat(text)

    def hear(self, notice: Notice) -> None:
        """Know how the mentorship stands, and which escalations wait for somebody."""
        self.mentorship = notice.mentorship
        if notice.type == "escalation.opened":
            self.open_escalations.add(notice.data["escalation"])
        elif notice.type in _OVER:
            self.open_escalations.discard(notice.data["escalation"])

    def after_meeting(self) -> None:
        """Do what follows on a meeting."""
        follow = self._setting.after_meeting.get(self.state)
        if follow is not None:
            follow(self)

    def nth(self, what: str) -> int:
        """Count something once more, and return how often it happened."""
        self.marks[what] = self.marks.get(what, 0) + 1
        return self.marks[what]

    def might(self, probability: float) -> bool:
        """Leave something to chance."""
        return self._chance.random() < probability

    def pick(self, among: Collection[Any]) -> Any:
        """Choose one of several."""
        return self._chance.choice(tuple(among))

    def between(self, least: float, most: float) -> float:
        """Return some number in between."""
        return self._chance.uniform(least, most)

    def is_willing(self, person: str, probability: float = 1.0) -> bool:
        """Whether somebody does what is asked of them, this time."""
        return self.might(probability * self._habit(person).diligence)

    def soon(self, person: str, days: float) -> datetime:
        """Return when somebody gets round to something that takes most people so many days."""
        pace = self._habit(person).pace
        taken = min(self._chance.expovariate(1 / (days * pace)), 4 * days * pace)
        return self.in_days(taken)

    def in_days(self, days: float) -> datetime:
        """Return an instant by day, so many days ahead or a little more."""
        return acting_hour(self.now + timedelta(days=days), self._chance)

    def slot_in_days(self, days: float) -> datetime:
        """Return when a meeting could be, so many days ahead or a little more."""
        return meeting_hour(self.now + timedelta(days=days), self._chance)

    def will(
        self,
        at: datetime,
        event: str,
        *,
        by: str | None,
        words: Words | Mapping[str, Any] | None = None,
        only_in: Collection[str] = (),
        then: "Callable[[Pair], None] | None" = None,
    ) -> None:
        """Plan to send an event; nothing is sent if the state is another one by then."""

        def settled(pair: "Pair") -> Mapping[str, Any] | None:
            if only_in and pair.state not in only_in:
                return None
            return words(pair) if callable(words) else words or {}

        act = Act(pair=self, event=event, by=by, words=settled, then=then)
        self._setting.agenda.add(max(at, self.now), self.key, act)

    def _habit(self, person: str) -> Habits:
        if person not in self._habits:
            self._habits[person] = habits_of(person, self._setting.seed)
        return self._habits[person]
