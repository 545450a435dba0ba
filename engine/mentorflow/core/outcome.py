"""What became of a message to a person, and in which letter it goes to them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from mentorflow.core.courtesy import Weight, Why, departure
from mentorflow.core.keys import EffectKey, effect_id
from mentorflow.core.person import Person


class MessageStatus(StrEnum):
    """What became of a message."""

    HELD = "held"
    """It waits for its instant, and what is merged into it goes with it."""
    MERGED = "merged"
    """It goes out in the letter of another message."""
    GOING = "going"
    """Its letter is being delivered, or will be once more."""
    SENT = "sent"
    DROPPED = "dropped"
    """Its cause was gone before it could go out."""
    FAILED = "failed"
    """No channel took it, and it was given up: an incident."""


class MessageOutcome(NamedTuple):
    """What became of one message to one person, and why."""

    mentorship_id: str
    revision: int
    position: int
    person: str
    kind: str
    """`notify`, or `escalate` where it is a rung of a ladder."""
    name: str
    role: str | None
    data: Mapping[str, Any]
    status: MessageStatus
    why: Why | None
    """What held it, or why it was dropped."""
    goes_out_at: datetime
    counted_at: datetime | None
    """When its letter took a place in the person's weekly budget."""
    letter: str | None
    """The message whose letter it goes out in, where that is another one."""
    channel: str | None
    """The channel that delivered it."""
    decided_at: datetime
    changed_at: datetime

    @property
    def id(self) -> str:
        """The id of the effect it is."""
        return effect_id(self.key)

    @property
    def key(self) -> EffectKey:
        """The key of the effect it is."""
        return self.mentorship_id, self.revision, self.position


class Mailbox:
    """What a person gets these days, as far as it decides about one message more."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.counted: list[datetime] = []
        """When the letters of the last week were counted."""
        self.waiting: dict[datetime, str] = {}
        """The letters that wait: when each goes out, and the message that leads it."""
        self.leading: set[str] = set()
        """The messages that lead a letter, of which several may have come to the same instant."""

    def wait(self, leader: str, goes_out_at: datetime) -> None:
        """Have the letter that a message leads wait; what is to go out then can join it."""
        self.leading.add(leader)
        self.waiting.setdefault(goes_out_at, leader)

    def place(self, message: MessageOutcome, weight: Weight, now: datetime) -> MessageOutcome:
        """Decide on a message that is new or has waited until now."""
        if message.status is not MessageStatus.HELD:
            return message
        found = departure(self.person, weight=weight, counted=self.counted, now=now)
        planned = message._replace(goes_out_at=found.goes_out_at, changed_at=now)
        if found.why is None:
            return self._going(planned, weight, now)
        if weight is Weight.ANSWER:
            return planned._replace(why=found.why)  # what is in a calendar goes by itself
        return self._held(planned._replace(why=found.why))

    def _going(self, message: MessageOutcome, weight: Weight, now: datetime) -> MessageOutcome:
        if weight is not Weight.ORDINARY:
            return message._replace(status=MessageStatus.GOING)
        self.counted.append(now)
        return message._replace(status=MessageStatus.GOING, counted_at=now)

    def _held(self, message: MessageOutcome) -> MessageOutcome:
        if message.id in self.leading:
            # Who has led a letter goes on leading it: others were merged into it.
            self.wait(message.id, message.goes_out_at)
            return message
        leader = self.waiting.get(message.goes_out_at)
        if leader is None:
            self.wait(message.id, message.goes_out_at)
            return message
        return message._replace(status=MessageStatus.MERGED, letter=leader)
