"""Courtesy: for each message of a claim, whether its letter goes now, waits, or joins another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.courtesy import WEEK, Weight
from mentorflow.core.keys import EffectKey
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.outcome import Mailbox, MessageOutcome, MessageStatus
from mentorflow.core.person import Person
from mentorflow.engine.library import Library
from mentorflow.store.rows import ClaimedEffect
from mentorflow.store.transaction import FinishedEffect, Transaction

MESSAGES = frozenset({"notify", "escalate"})
"""The kinds of effects that say something to people."""
_BUSY = timedelta(milliseconds=200)
"""When to look again at a message to somebody about whom another process is deciding."""
_AGAIN = {MessageStatus.GOING, MessageStatus.FAILED}
_GOES = {MessageStatus.GOING, MessageStatus.SENT}
_OVER = {MessageStatus.MERGED, MessageStatus.DROPPED}
"""Nothing is left for the effect itself to do."""


class Letter(NamedTuple):
    """What goes to one person at once: one message, or several."""

    person: Person
    parts: tuple[MessageOutcome, ...]
    """The message that leads it first."""

    @property
    def is_delivered(self) -> bool:
        """Whether a channel took it in an attempt before, which failed in what came after."""
        return self.parts[0].status is MessageStatus.SENT


class Sorted(NamedTuple):
    """The effects of a claim that are to be carried out now."""

    effects: Sequence[ClaimedEffect]
    letters: Mapping[EffectKey, Letter]
    """The letters of those that are messages to somebody."""
    merged: int = 0
    """How many go out in the letters of others, so that nothing is left of them to do."""


class Courtesy:
    """Decide about letters, one person at a time over all processes."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def sort(
        self,
        transaction: Transaction,
        effects: Sequence[ClaimedEffect],
        standing: Mapping[str, Mentorship],
        *,
        lease: str,
    ) -> Sorted:
        """Return the effects to carry out now, with the letters of the messages among them.

        Messages that wait are put back, those in another's letter are done; each has an outcome.
        """
        messages = [found for found in effects if found.kind in MESSAGES and found.recipient]
        if not messages:
            return Sorted(effects, {})
        now = transaction.now()
        people = sorted({found.recipient or "" for found in messages})
        boxes = transaction.mailboxes(people, since=now - WEEK)
        busy = {found.key for found in messages if found.recipient not in boxes}
        transaction.hold_effects([(key, now + _BUSY) for key in busy], lease=lease)
        messages = [found for found in messages if found.key not in busy]
        known = transaction.outcomes([found.key for found in messages])
        placed = {
            found.key: self._placed(
                boxes[found.recipient or ""],
                known.get(found.key) or _new(found, now),
                self._weight(found, standing[found.mentorship_id]),
                now,
            )
            for found in messages
        }
        changed = [one for key, one in placed.items() if known.get(key) != one]
        transaction.put_messages([*changed, *_joined(transaction, changed, known)])
        _put_back(transaction, messages, placed, lease, now)
        parts = _parts(transaction, [one for one in placed.values() if one.status in _GOES])
        letters = {
            key: Letter(boxes[one.person].person, (one, *parts.get(one.id, ())))
            for key, one in placed.items()
            if one.status in _GOES
        }
        merged = sum(one.status in _OVER for one in placed.values())
        stay = busy | (placed.keys() - letters.keys())
        return Sorted([one for one in effects if one.key not in stay], letters, merged)

    def _placed(
        self, box: Mailbox, message: MessageOutcome, weight: Weight, now: datetime
    ) -> MessageOutcome:
        if message.status in _AGAIN:
            return message._replace(status=MessageStatus.GOING)
        return box.place(message, weight, now)

    def _weight(self, effect: ClaimedEffect, mentorship: Mentorship) -> Weight:
        workflow = self._library.wording(mentorship, effect.name)
        ladder = workflow.ladders.get(str(effect.data.get("ladder")))
        if ladder is not None and ladder.is_urgent:
            return Weight.URGENT
        if effect.kind == "notify" and workflow.messages[effect.name].invites_to is not None:
            return Weight.ANSWER
        role = workflow.roles.get(effect.role or "")
        return Weight.DUTY if role is not None and role.is_staff else Weight.ORDINARY


def _new(effect: ClaimedEffect, now: datetime) -> MessageOutcome:
    return MessageOutcome(
        *effect.key,
        person=effect.recipient or "",
        kind=effect.kind,
        name=effect.name,
        role=effect.role,
        data=effect.data,
        status=MessageStatus.HELD,
        why=None,
        goes_out_at=now,
        counted_at=None,
        letter=None,
        channel=None,
        decided_at=now,
        changed_at=now,
    )


def _put_back(
    transaction: Transaction,
    effects: Sequence[ClaimedEffect],
    placed: Mapping[EffectKey, MessageOutcome],
    lease: str,
    now: datetime,
) -> None:
    held = [
        (key, one.goes_out_at) for key, one in placed.items() if one.status is MessageStatus.HELD
    ]
    transaction.hold_effects(held, lease=lease)
    transaction.finish_effects(
        FinishedEffect(effect=effect, lease=lease, status="done", at=now)
        for effect in effects
        if placed[effect.key].status in _OVER
    )


def _joined(
    transaction: Transaction,
    changed: Iterable[MessageOutcome],
    known: Mapping[EffectKey, MessageOutcome],
) -> Iterator[MessageOutcome]:
    """Yield what goes in letters that are held for longer, or for less, with its new instant."""
    held = [one for one in changed if one.key in known and one.status is MessageStatus.HELD]
    parts = _parts(transaction, held)
    for leader in held:
        for part in parts.get(leader.id, ()):
            yield part._replace(goes_out_at=leader.goes_out_at, changed_at=leader.changed_at)


def _parts(
    transaction: Transaction, leading: Iterable[MessageOutcome]
) -> dict[str, list[MessageOutcome]]:
    leaders = [one.id for one in leading]
    parts: dict[str, list[MessageOutcome]] = {}
    for part in transaction.parts(leaders) if leaders else ():
        parts.setdefault(part.letter or "", []).append(part)
    return parts
