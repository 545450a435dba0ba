"""Where messages go in the embedded engine: the host's callbacks, a log, the console."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from mentorflow.core.mentorship import Mentorship
from mentorflow.engine.page import Page

log = logging.getLogger("mentorflow.messages")


class Notice(NamedTuple):
    """What a host callback is told: one effect, with the decision it came from."""

    id: str
    """The effect's id: the same on every repetition, to be idempotent by."""
    type: str
    """`mentorship.state_changed`, `escalation.opened`, `message.sent`, `call.<name>` …"""
    mentorship: Mentorship
    """As it stands now, perhaps later than the decision; without timers and escalations."""
    at: datetime
    event: str
    from_state: str | None
    to_state: str
    by: str | None
    data: Mapping[str, Any]


class Invitation(NamedTuple):
    """A meeting to be put into a calendar, or taken out of it."""

    uid: str
    """The same for every change of one meeting."""
    sequence: int
    """Grows with every change of the meeting."""
    is_cancelled: bool
    starts_at: datetime
    length: timedelta
    summary: str
    place: str | None = None


class Message(NamedTuple):
    """What the engine says to one person: one message, or several in a digest."""

    id: str
    """The effect's id, the same on every repetition."""
    name: str
    role: str
    recipient: str | None
    subject: str
    text: str
    mentorship_id: str
    page: Page | None = None
    """The same, to be made into HTML; None where there is nothing but text."""
    address: str | None = None
    """The recipient's address in the channel it is given to; None where they gave none."""
    locale: str = "en"
    is_urgent: bool = False
    invitation: Invitation | None = None

    @property
    def html(self) -> str | None:
        """The same as a whole HTML document, made whenever it is asked for."""
        return None if self.page is None else self.page.html()


class Channel(Protocol):
    """Anything that can deliver a message; it raises where it could not."""

    @property
    def name(self) -> str:
        """What persons call it in the list of their channels."""
        ...

    @property
    def needs_address(self) -> bool:
        """Whether it reaches only persons who gave an address for it."""
        ...

    def deliver(self, message: Message) -> None:
        """Deliver a message, or raise."""
        ...


class LogChannel:
    """Write down that a message went out; nothing personal is in the fields."""

    name = "log"
    needs_address = False

    def deliver(self, message: Message) -> None:
        """Log the message's name and role."""
        log.info(
            "message.sent effect=%s message=%s role=%s mentorship=%s",
            message.id,
            message.name,
            message.role,
            message.mentorship_id,
        )


class ConsoleChannel:
    """Print messages for a person who watches."""

    name = "console"
    needs_address = False

    def __init__(self, write: Callable[[str], object] = print) -> None:
        self._write = write

    def deliver(self, message: Message) -> None:
        """Print one line for a message."""
        to = message.recipient or f"(nobody is {message.role})"
        self._write(f"to {to} as {message.role}: {message.subject}")
