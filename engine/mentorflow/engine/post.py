"""The post: composes a letter, and gives it to the first channel of its person that takes it."""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.courtesy import Why
from mentorflow.core.keys import EffectKey
from mentorflow.core.outcome import MessageOutcome, MessageStatus
from mentorflow.core.person import Person
from mentorflow.core.relevance import is_pointless_reminder, is_pointless_rung
from mentorflow.engine.behind import Behind
from mentorflow.engine.channels import Channel, Message
from mentorflow.engine.composing import composed
from mentorflow.engine.courtesy import Letter
from mentorflow.engine.library import Library
from mentorflow.errors import ChannelRefused, Unreachable

LATE = timedelta(hours=1)
"""A message older than this is looked at once more before it goes out: its cause may be gone."""
HOST = "host"
"""The channel that is the host's own callbacks: the notice `message.sent` has the whole text."""
log = logging.getLogger("mentorflow.post")


class Delivered(NamedTuple):
    """What became of a letter."""

    message: Message | None
    """What it said; None where nothing in it had a cause any more."""
    outcomes: Sequence[MessageOutcome]


class Post:
    """Deliver letters to people."""

    def __init__(self, library: Library, channels: Sequence[Channel]) -> None:
        self._library = library
        self._channels = channels

    def deliver(self, letter: Letter, behind: Behind, now: datetime) -> "Delivered":
        """Deliver a letter without what has lost its cause; return what became of its messages.

        One that a channel took in an attempt before is not delivered again.

        Raises:
            Unreachable: if the person can be reached by none of the channels there are.
            ChannelRefused: if all of them refuse for good.
            Exception: whatever a channel raised that may deliver it another time.
        """
        if letter.is_delivered:
            parts = [part for part in letter.parts if part.status is MessageStatus.SENT]
        else:
            parts = [part for part in letter.parts if not self._is_pointless(part, behind, now)]
        if not parts:
            return Delivered(None, list(_outcomes(letter.parts, (), None, now)))
        message = composed(self._library, letter.person, parts, behind, leader=letter.parts[0])
        if letter.is_delivered:
            return Delivered(message, letter.parts)
        channel = self._given(message, letter.person)
        kept = {part.key for part in parts}
        return Delivered(message, list(_outcomes(letter.parts, kept, channel, now)))

    def tell(self, message: Message, person: Person) -> str:
        """Give a message that is no letter to the first channel of a person that takes it.

        Raises:
            Unreachable: if the person can be reached by none of the channels there are.
            Exception: whatever a channel raised.
        """
        return self._given(message, person)

    def note(self, message: Message) -> None:
        """Give a message that nobody gets to the channels which need no address, as the log."""
        for channel in self._channels:
            if not channel.needs_address:
                channel.deliver(message)

    def _is_pointless(self, part: MessageOutcome, behind: Behind, now: datetime) -> bool:
        entry = behind.entries[part.mentorship_id, part.revision]
        if now - entry.at < LATE:
            return False
        if part.kind == "escalate":
            return is_pointless_rung(part.data, behind.open_escalations)
        mentorship = behind.standing[part.mentorship_id]
        running = self._library.get(mentorship.workflow, mentorship.version)
        return is_pointless_reminder(running.workflow, running.timings, entry, mentorship, now)

    def _given(self, message: Message, person: Person) -> str:
        failures: list[Exception] = []
        for channel, address in self._ways(person):
            if channel is None:
                return HOST
            try:
                channel.deliver(message._replace(address=address))
            except Exception as error:  # noqa: BLE001  # a border: the next channel is tried
                failures.append(error)
                log.warning(
                    "channel.failed channel=%s effect=%s error=%s",
                    channel.name,
                    message.id,
                    type(error).__name__,
                )
            else:
                return channel.name
        if failures:
            # What may pass is worth another attempt, whatever others have refused for good.
            raise min(failures, key=lambda error: isinstance(error, ChannelRefused))
        chosen = ", ".join(reach.channel for reach in person.channels) or "none"
        there = ", ".join(channel.name for channel in self._channels) or "none"
        raise Unreachable(
            f"no channel reaches this person: they chose {chosen}, and there are {there}"
        )

    def _ways(self, person: Person) -> Iterator[tuple[Channel | None, str | None]]:
        """Yield the channels that reach a person, in the order of their choice, else of ours.

        None is the host itself, which hears of every message by its callbacks.
        """
        if not person.channels:
            yield from ((one, None) for one in self._channels if not one.needs_address)
            if not self._channels:
                yield None, None
            return
        there = {channel.name: channel for channel in self._channels}
        for reach in person.channels:
            channel = there.get(reach.channel)
            if reach.channel == HOST:
                yield None, None
            elif channel is not None and (reach.address or not channel.needs_address):
                yield channel, reach.address


def _outcomes(
    parts: Sequence[MessageOutcome],
    kept: Collection[EffectKey],
    channel: str | None,
    now: datetime,
) -> Iterator[MessageOutcome]:
    for part in parts:
        if part.key in kept:
            yield part._replace(status=MessageStatus.SENT, channel=channel, changed_at=now)
        else:
            counted_at = part.counted_at if kept else None  # nothing went out: nothing counts
            yield part._replace(
                status=MessageStatus.DROPPED,
                why=Why.CAUSE_GONE,
                counted_at=counted_at,
                changed_at=now,
            )
