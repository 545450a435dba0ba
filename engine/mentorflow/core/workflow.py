"""A workflow ready to run: states, events, timers and ladders as frozen values with functions.

The rules are named tuples: sixteen dataclasses would take longer to define than to use.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from mentorflow.core.calendar import EVERYWHERE, Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Detour, Escalation, Event, Facts, Parties

RETURN = "return"
"""As a branch's target: the state on top of the stack."""
ANY = "any"
"""As a branch's target: the state the event's data names under `to`."""
DATES = "dates"
"""The fact that holds the dates the host gave."""
HOST = "host"
"""The role of whoever is no party: the host app, a calendar, a chat."""


class Standing(Protocol):
    """A mentorship as it stands, which may be in the middle of a decision."""

    @property
    def id(self) -> str:
        """What the engine calls it."""
        ...

    @property
    def program(self) -> str:
        """The cohort or tenant it belongs to."""
        ...

    @property
    def facts(self) -> Facts:
        """What is known of it."""
        ...

    @property
    def parties(self) -> Parties:
        """Who has which role."""
        ...

    @property
    def entered_at(self) -> datetime:
        """When it entered its state."""
        ...

    @property
    def stack(self) -> tuple[Detour, ...]:
        """The states to return to, the latest last."""
        ...

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """Those that are not over."""
        ...


class View(NamedTuple):
    """What guards and records see: the mentorship as it stands, the event, the instant.

    It is good for one look: a decision goes on with the mentorship behind it.
    """

    mentorship: Standing
    event: Event
    now: datetime
    roles: frozenset[str]
    """The roles of the person the event came from."""
    calendar: Calendar
    spans: Mapping[str, Duration]
    """The value in force of each timing of the workflow, for rules that need one."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is known of the mentorship."""
        return self.mentorship.facts

    @property
    def data(self) -> Mapping[str, Any]:
        """What came with the event."""
        return self.event.data

    def people(self, role: str) -> Sequence[str]:
        """Return the persons in a role."""
        return self.mentorship.parties.get(role, ())


Guard = Callable[[View], str | None]
"""A named claim: None where it holds, else one sentence on why it does not."""
Record = Callable[[View], Mapping[str, Any]]
"""A change of facts: the facts that change, with their new values; None takes one away."""


_NOTHING: Mapping[str, Any] = {}


class NamedGuard(NamedTuple):
    """A guard with the name the workflow calls it by."""

    name: str
    refusal: Guard


class Action(NamedTuple):
    """One thing a branch or a timer does."""

    verb: str
    """notify, escalate, call, restart, suspend or resume."""
    name: str = ""
    timers: tuple[str, ...] = ()
    rung: int | None = None
    """The rung a ladder starts at, told at once; None to start from the bottom by its clock."""

    @property
    def is_local(self) -> bool:
        """Whether it leaves all timers alone that are there; a ladder told to climb has one."""
        return self.verb in {"notify", "call"} or (self.verb == "escalate" and self.rung is None)


class Branch(NamedTuple):
    """What an event does in a state, where its claims hold."""

    to: str | None
    when: tuple[NamedGuard, ...] = ()
    outcome: str | None = None
    sets: Mapping[str, Any] = _NOTHING
    records: tuple[Record, ...] = ()
    actions: tuple[Action, ...] = ()


class EventRule(NamedTuple):
    """An event of the workflow, whatever the state."""

    name: str
    help: str
    by: frozenset[str]
    """Roles that may send it; empty where only time sends it."""
    requires: tuple[NamedGuard, ...] = ()
    records: tuple[Record, ...] = ()
    is_activity: bool = True
    """Whether it shows that the pair is at work."""


class TimerRule(NamedTuple):
    """One timer of a state or of a collection."""

    name: str
    owner: str
    """The state or collection it belongs to."""
    anchor: str
    first: str
    """The timing of the first countdown."""
    every: str | None = None
    """The timing of the ones that follow."""
    factor: int = 1
    is_before: bool = False
    """Whether it comes before its anchor rather than after."""
    at: time | None = None
    """The time of day in the zone of the program it waits for; None to come to the minute."""
    fires: str | None = None
    unless: tuple[NamedGuard, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether firing it leaves all other timers alone."""
        return self.fires is None and all(action.is_local for action in self.actions)


class StateRule(NamedTuple):
    """One state of the workflow."""

    name: str
    help: str
    events: Mapping[str, tuple[Branch, ...]]
    timers: tuple[TimerRule, ...] = ()
    records: tuple[Record, ...] = ()
    actions: tuple[Action, ...] = ()
    is_final: bool = False
    is_resting: bool = False
    """Whether a mentorship may stay here for good without a timer (alumni)."""
    is_detour: bool = False
    is_resumable: bool = True
    """Whether a detour that is itself interrupted is returned to."""
    suspends: frozenset[str] = frozenset()
    """Timers of the state below that stand still during this detour."""
    passes: frozenset[str] = frozenset()
    """Events that the state below still takes during this detour."""


class AnchorRule(NamedTuple):
    """What a timer counts from: the state entry, an instant fact or a date of the host's."""

    name: str
    fact: str | None = None
    date: str | None = None
    falls_back: bool = False
    """Whether the state entry counts while the fact is not there."""

    @property
    def is_dated(self) -> bool:
        """Whether it is a calendar date, which a suspension does not move."""
        return self.date is not None


class CollectionRule(NamedTuple):
    """Things of which a mentorship can have several, each with timers: its meetings."""

    name: str
    fact: str
    """The fact that holds them: {id: {field: value}}."""
    anchors: Mapping[str, str]
    """Anchor to the field of the item that holds its instant."""
    states: frozenset[str]
    timers: tuple[TimerRule, ...]


class Timing(NamedTuple):
    """A named duration behind timers, with what an operator may set."""

    name: str
    default: Duration
    least: Duration
    most: Duration
    help: str
    source: str
    fact: str | None = None
    """A fact of the mentorship that overrides it: what the pair agreed on. Dotted path."""
    longer_than: str | None = None
    """A timing that is always shorter."""


class Rung(NamedTuple):
    """One step of a ladder."""

    to: tuple[str, ...]
    timing: str
    """How long after the ladder's start it is told."""
    message: str


class Ladder(NamedTuple):
    """Who is told, and when, while nobody acts."""

    name: str
    help: str
    rungs: tuple[Rung, ...]
    unless: tuple[NamedGuard, ...] = ()
    """Claims that take the cause away."""
    is_urgent: bool = False
    outlives_state: bool = False
    repeats: str | None = None
    """A timing after which the last rung is told again, until somebody acts."""


class MessageRule(NamedTuple):
    """Something the engine says to people."""

    name: str
    to: tuple[str, ...]
    own: Mapping[str, str] = _NOTHING
    """The templates of its subject, text, why and next; empty where it has a file."""
    invites_to: str | None = None
    """The collection of the meeting it invites to, or calls off."""


class RoleRule(NamedTuple):
    """A role people have in a mentorship."""

    name: str
    help: str
    at_least: int = 0
    at_most: int = 1
    is_staff: bool = False
    """Whether its messages are part of somebody's work, and not counted against a budget."""
    narrowed_by: str | None = None
    """A fact that lists those of the role who get its messages, once there are any."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Workflow:
    """A whole workflow of one version, checked and ready to decide with."""

    name: str
    version: int
    digest: str
    help: str
    initial: str
    states: Mapping[str, StateRule]
    events: Mapping[str, EventRule]
    anywhere: Mapping[str, tuple[Branch, ...]]
    """Events that every state which is not final takes."""
    timings: Mapping[str, Timing]
    anchors: Mapping[str, AnchorRule]
    collections: tuple[CollectionRule, ...]
    ladders: Mapping[str, Ladder]
    messages: Mapping[str, MessageRule]
    calls: Mapping[str, str]
    roles: Mapping[str, RoleRule]
    timers: Mapping[str, TimerRule]
    """Every timer of every state and collection by its full name."""
    snooze: str
    """The timing a snoozed escalation rests for where the snoozer names no length."""
    templates: Path | None = None
    """The folder of the messages that have a file."""
    payloads: Mapping[str, type[Any]] = field(default_factory=dict)
    """The pydantic model of each event's data."""
    calendar: Calendar = EVERYWHERE

    @cached_property
    def follows_fact(self) -> Mapping[str, tuple["AnchorRule | Timing", ...]]:
        """The anchors and timings that each fact may move."""
        found: dict[str, list[AnchorRule | Timing]] = {}
        for anchor in self.anchors.values():
            fact = DATES if anchor.is_dated else anchor.fact
            if fact is not None:
                found.setdefault(fact, []).append(anchor)
        for timing in self.timings.values():
            if timing.fact is not None:
                found.setdefault(timing.fact.partition(".")[0], []).append(timing)
        return {fact: tuple(followed) for fact, followed in found.items()}

    def timings_of(self, ladder: Ladder) -> frozenset[str]:
        """Return the timings that what climbs a ladder follows, or rests by while it is snoozed."""
        climbed_by = {rung.timing for rung in ladder.rungs} | {self.snooze}
        return frozenset(climbed_by if ladder.repeats is None else climbed_by | {ladder.repeats})

    @cached_property
    def collections_by_name(self) -> Mapping[str, CollectionRule]:
        """The collections by their names."""
        return {found.name: found for found in self.collections}

    def followers(self, state: str, followed: "AnchorRule | Timing") -> tuple[TimerRule, ...]:
        """Return the timers of a state that follow an anchor or a timing."""
        return self._followers.get((state, type(followed), followed.name), ())

    @cached_property
    def _followers(self) -> Mapping[tuple[str, type, str], tuple[TimerRule, ...]]:
        found: dict[tuple[str, type, str], list[TimerRule]] = {}
        for state in self.states.values():
            for rule in state.timers:
                found.setdefault((state.name, AnchorRule, rule.anchor), []).append(rule)
                for name in {rule.first, rule.every or rule.first}:
                    found.setdefault((state.name, Timing, name), []).append(rule)
        return {key: tuple(rules) for key, rules in found.items()}
