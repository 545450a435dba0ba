"""The values the engine works with: a mentorship, its timers, its escalations, an event.

Those that every event makes anew are named tuples: made in a tenth of a frozen dataclass's time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.keys import entry_id

Facts = Mapping[str, Any]
Parties = Mapping[str, Sequence[str]]
TimerKey = tuple[str, str]
"""The name and the instance of a timer: what makes it one timer of its mentorship."""
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour:
    """A state a mentorship left for a while and will return to."""

    state: str
    entered_at: datetime


class Timer(NamedTuple):
    """One countdown of one mentorship, with all it takes to explain and to move it."""

    name: str
    """The timer of the workflow: `contact.nudge_1`, `meeting.remind_24h`, `ladder.stalled`."""
    instance: str
    """What it counts for where a mentorship can have several (a meeting, an escalation), or ''."""
    due_at: datetime | None
    """None while the timer is suspended or set aside."""
    timing: str
    value: str
    scope: str
    """Where the value came from: default, agreement, deployment, program, mentorship, person."""
    anchor: str
    anchor_at: datetime
    remaining: float | None = None
    """Seconds that were left when the timer was suspended; below nought where it was set aside."""

    @property
    def key(self) -> TimerKey:
        """What makes it one timer of its mentorship."""
        return self[:2]

    @property
    def is_set_aside(self) -> bool:
        """Whether it came due while its program was frozen, and waits until that goes on."""
        return self.remaining is not None and self.remaining < 0

    @property
    def came_due_at(self) -> datetime | None:
        """When it came due, where it was set aside then."""
        return datetime.fromtimestamp(-(self.remaining or 0.0), UTC) if self.is_set_aside else None

    @property
    def timer(self) -> str:
        """The name of the timer, as lists of upcoming timers call it."""
        return self.name


class EscalationStatus(StrEnum):
    """Where an escalation stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self in {EscalationStatus.DISMISSED, EscalationStatus.RESOLVED}


class Escalation(NamedTuple):
    """A ladder started for a cause."""

    id: str
    ladder: str
    cause: str
    """The timer or event that started it."""
    state: str
    """The state whose leaving takes the cause away; empty where it outlives every state."""
    status: EscalationStatus
    rung: int
    """Rungs told so far."""
    opened_at: datetime
    changed_at: datetime
    changed_by: str | None = None
    reason: str | None = None


class Mentorship(NamedTuple):
    """One running case: where it stands and what is known of it.

    Two are equal where all but their timers and escalations is, which not every look at one reads.
    """

    id: str
    key: str | None
    program: str
    workflow: str
    version: int
    state: str
    outcome: str | None
    revision: int
    parties: Parties
    facts: Facts
    entered_at: datetime
    created_at: datetime
    updated_at: datetime
    stack: tuple[Detour, ...] = ()
    """The states to return to, the latest last."""
    timers: Sequence[Timer] = ()
    escalations: tuple[Escalation, ...] = ()
    """Those that are not over."""

    def roles_of(self, person: str | None) -> frozenset[str]:
        """Return the roles a person has here; none for somebody who is not a party."""
        return frozenset(role for role, people in self.parties.items() if person in people)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mentorship):
            return NotImplemented
        return self[:_COMPARED] == other[:_COMPARED]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.id, self.revision))


_COMPARED = Mentorship._fields.index("timers")


class Event(NamedTuple):
    """Something that happened and may change a mentorship."""

    name: str
    data: Mapping[str, Any] = _NOTHING
    by: str | None = None
    """The person it came from; None for the host app or time itself."""
    key: str | None = None
    revision: int | None = None
    """The revision the sender decided on, where the sender cares."""
    timer: Timer | None = None
    """The due timer, where the event is time passing."""


class HistoryEntry(NamedTuple):
    """What was decided at one revision of a mentorship, and why."""

    mentorship_id: str
    revision: int
    at: datetime
    event: str
    from_state: str | None
    to_state: str
    by: str | None
    data: Mapping[str, Any]
    cause: Mapping[str, Any] | None = None
    """The timer behind it with its timing, value, scope, anchor and due instant."""
    key: str | None = None

    @property
    def id(self) -> str:
        """The name of the entry, unique over all mentorships."""
        return entry_id((self.mentorship_id, self.revision))


class Effect(NamedTuple):
    """Something to be done after commit."""

    kind: str
    """`notify` a person, `escalate` to a person, `call` the host, `publish` a change."""
    name: str
    """The message, the ladder, the call or the type of the notice."""
    role: str | None = None
    recipient: str | None = None
    data: Mapping[str, Any] | None = None


class Setting(NamedTuple):
    """The value of a timing in force, and where it came from."""

    timing: str
    value: Duration
    scope: str
