"""The channel `email`: a message goes to one mailbox, by way of the SMTP server of the settings."""

import re
import smtplib

from mentorflow.clock import Clock, SystemClock
from mentorflow.engine.channels import Message
from mentorflow.errors import ChannelRefused, ChannelUnavailable, MentorflowError
from mentorflow_workers.channels.address import Address
from mentorflow_workers.channels.connections import Connections
from mentorflow_workers.channels.mime import Sender, composed
from mentorflow_workers.channels.server import Server
from mentorflow_workers.channels.session import TookTooLong

_NAME = "email"
_FIRST_PERMANENT = 500
_TOO_MANY = 552
"""To RCPT it means that there are too many of them now, and later may be fewer (RFC 5321)."""
_POLICY = b"5.7."
"""The beginning of an answer to RCPT that is about who we are: we may not relay, or not yet."""
_LONGEST_REPLY = 200
_MAILBOX = re.compile(r"\S+@\S+")


class EmailChannel:
    """Send messages by email; it may be used by several threads at once."""

    name = _NAME
    needs_address = True

    def __init__(self, server: Server, sender: Sender, clock: Clock | None = None) -> None:
        self._sender = sender
        self._clock = clock or SystemClock()
        self._connections = Connections(server)

    def deliver(self, message: Message) -> None:
        """Hand a message over to the server.

        Raises:
            ChannelRefused: if it will never be taken for this address.
            ChannelUnavailable: if it was not taken now, or nobody knows whether it was.
        """
        to = _address_of(message)
        try:
            email = composed(message, self._sender, to, now=self._clock.now())
            self._connections.send(email, sender=str(self._sender.address), recipient=str(to))
        except (TookTooLong, smtplib.SMTPException, OSError) as failed:
            # What the libraries raise holds addresses; they stay out of logs.
            raise _translated(failed) from None

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._connections.close()


def _address_of(message: Message) -> Address:
    if message.address is None:
        raise ChannelRefused(_NAME, "the message has no address")
    try:
        return Address.read(message.address)
    except ValueError as wrong:
        raise ChannelRefused(_NAME, str(wrong)) from None


def _translated(failed: Exception) -> MentorflowError:
    """Return what to do about a failure: it is the address's, the message's, or of now."""
    match failed:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(failed.recipients.values()))
            is_ours = code == _TOO_MANY or reply.startswith(_POLICY)
            kind = ChannelUnavailable if is_ours else _kind(code)
            return kind(_NAME, _answer("the address", code, reply))
        case smtplib.SMTPDataError():
            answer = _answer("the message", failed.smtp_code, failed.smtp_error)
            return _kind(failed.smtp_code)(_NAME, answer)
        case smtplib.SMTPNotSupportedError() if "SMTPUTF8" in str(failed):
            reason = "the server takes no address with letters beyond ASCII (SMTPUTF8)"
            return ChannelRefused(_NAME, reason)
        case _:
            # Not about the address: even a refusal of ours ends when the settings are put right.
            return ChannelUnavailable(_NAME, _reason(failed))


def _kind(code: int) -> type[ChannelRefused] | type[ChannelUnavailable]:
    return ChannelRefused if code >= _FIRST_PERMANENT else ChannelUnavailable


def _reason(failed: Exception) -> str:
    match failed:
        case smtplib.SMTPAuthenticationError():
            return f"the server refused the login: {failed.smtp_code}"
        case smtplib.SMTPResponseException():
            return _answer("us", failed.smtp_code, failed.smtp_error)
        case smtplib.SMTPNotSupportedError():
            return f"the server lacks what the settings ask for: {failed}"
        case TookTooLong():
            return "it took longer than an email may take"
        case _:
            return f"the connection failed: {type(failed).__name__}"


def _answer(refused: str, code: int, reply: bytes | str) -> str:
    """Return what the server said, without the addresses in it."""
    text = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    line = _MAILBOX.sub("(an address)", " ".join(text.split()))[:_LONGEST_REPLY]
    return f"the server refused {refused}: {code} {line}"
