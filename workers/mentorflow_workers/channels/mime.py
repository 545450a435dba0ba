"""A message as an email, in whose headers no text of others can become a header."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256
from typing import Any

from mentorflow.engine.channels import Invitation, Message
from mentorflow_workers.channels.address import Address
from mentorflow_workers.channels.unsubscribe import unsubscribe_url

_EXACT = {"To", "Message-ID", "In-Reply-To", "References", "List-Unsubscribe"}
"""Headers that are written as they are. The standard library would fold a long link or id by
encoding it, and no client reads it then."""
_LONGEST_LINE = 998
_LONGEST_SUBJECT = 250
_LONGEST_ID = 200
_LONGEST_LINK = 600
"""So that both ways to end emails go into one line."""
_ID = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")


class _Policy(EmailPolicy):
    """Write headers of ours as they are, and all others as the standard library does."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name not in _EXACT:
            return super().header_store_parse(name, value)
        if not value.isprintable() or len(value) > _LONGEST_LINE - len(name) - 2:
            raise ValueError(f"this cannot be the value of a header {name}")
        return name, value

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name not in _EXACT:
            return super().fold_binary(name, value)
        return f"{name}: {value}{self.linesep}".encode("utf-8" if self.utf8 else "ascii")


# Without 8-bit parts no server need offer 8BITMIME; a line with encoded words has 76 marks at most.
_POLICY = _Policy(linesep="\r\n", cte_type="7bit", max_line_length=76)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whom emails are from, and how to have no more of them."""

    address: Address
    name: str = ""
    reply_to: Address | None = None
    unsubscribe_url: str | None = None
    """An https address that ends a person's emails; who they are is added to it, signed."""
    unsubscribe_secret: str = field(default="", repr=False)
    unsubscribe_address: Address | None = None
    """Reads requests to end emails."""

    @property
    def answered_at(self) -> Address:
        """Where answers go, those of calendars too."""
        return self.reply_to or self.address


def composed(message: Message, sender: Sender, to: Address, *, now: datetime) -> EmailMessage:
    """Return the email of a message; its id is the same on every repetition."""
    email = EmailMessage(policy=_POLICY)
    email["From"] = Mailbox(one_line(sender.name), addr_spec=str(sender.address))
    email["To"] = str(to)
    if sender.reply_to is not None:
        email["Reply-To"] = Mailbox(addr_spec=str(sender.reply_to))
    email["Subject"] = one_line(message.subject)[:_LONGEST_SUBJECT]
    email["Date"] = now
    email["Message-ID"] = f"<{_id(message.id)}@{sender.address.domain}>"
    _thread(email, message, sender)
    _say_how_to_end(email, message, sender)
    # Answers of machines, such as that somebody is away, are not wanted (RFC 3834).
    email["Auto-Submitted"] = "auto-generated"
    _fill(email, message, sender, to, now=now)
    return email


def one_line(text: str) -> str:
    """Return a text that stays one line of display, whatever is in it.

    A part of it that looks encoded is broken up: the standard library decodes it, and some of its
    versions then write a line break that was in it.
    """
    shown = "".join(mark for mark in " ".join(text.split()) if _is_shown(mark))
    return shown.replace("=?", "= ?")


def _is_shown(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cc", "Cs"}


def _thread(email: EmailMessage, message: Message, sender: Sender) -> None:
    """Put the emails of a mentorship below one root, which needs no email of its own."""
    if message.mentorship_id:
        root = f"<mentorship.{_id(message.mentorship_id)}@{sender.address.domain}>"
        email["In-Reply-To"] = root
        email["References"] = root


def _id(text: str) -> str:
    """Return an id as the left side of a Message-ID, readable where it can be."""
    readable = text.replace(":", ".")
    if _ID.fullmatch(readable) and len(readable) <= _LONGEST_ID:
        return readable
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _say_how_to_end(email: EmailMessage, message: Message, sender: Sender) -> None:
    ways = []
    if sender.unsubscribe_url is not None and message.recipient is not None:
        link = unsubscribe_url(
            sender.unsubscribe_url, person=message.recipient, secret=sender.unsubscribe_secret
        )
        # An id in another script grows by encoding it; better no link than no email.
        ways += [f"<{link}>"] if len(link) <= _LONGEST_LINK else []
    if sender.unsubscribe_address is not None:
        ways.append(f"<mailto:{sender.unsubscribe_address}?subject=unsubscribe>")
    if ways:
        email["List-Unsubscribe"] = ", ".join(ways)
    if ways and ways[0].startswith("<https:"):
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _fill(
    email: EmailMessage, message: Message, sender: Sender, to: Address, *, now: datetime
) -> None:
    email.set_content(_sound(message.text))
    html = message.html
    if html is not None:
        email.add_alternative(_sound(html), subtype="html")
    if message.invitation is not None:
        _invite(email, message.invitation, sender, to, now=now)


def _invite(
    email: EmailMessage, invitation: Invitation, sender: Sender, to: Address, *, now: datetime
) -> None:
    """Add the invitation twice: for clients that show it, and as a file for those that do not."""
    from mentorflow_workers.channels.invitation import calendar_of, method_of

    text = calendar_of(invitation, organizer=sender.answered_at, attendee=to, now=now)
    method = method_of(invitation)
    email.add_alternative(text, subtype="calendar", params={"method": method})
    email.add_attachment(
        text.encode(), maintype="application", subtype="ics", filename="invite.ics"
    )


def _sound(text: str) -> str:
    """Return a text that can be encoded: half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode()
