"""A session with an SMTP server, as smtplib has it, that ends when its time is over."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from mentorflow_workers.channels.server import Server, Tls

_GOODBYE = 1.0
"""Seconds that a server may take to answer a QUIT, which changes nothing."""
_AGAIN = 0.1


class TookTooLong(Exception):
    """An email took longer than it may; whether the server has it is not known."""


class Session(smtplib.SMTP):
    """A connection that a limit can cut."""

    def __init__(self, limit: "Limit", host: str, port: int, **options: Any) -> None:
        # Known before the greeting, which is waited for within the next call.
        limit.session = self
        super().__init__(host, port, **options)

    def cut(self) -> None:
        """End whatever another thread waits for on this connection."""
        if self.sock is not None:
            with suppress(OSError):
                # Past the layer of TLS, whose state the other thread is using.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def leave(self) -> None:
        """Take leave of the server, and close the connection."""
        with suppress(smtplib.SMTPException, OSError):
            if self.sock is not None:
                self.sock.settimeout(_GOODBYE)
            self.quit()
        self.close()


class TlsSession(Session, smtplib.SMTP_SSL):
    """A connection that is encrypted from its first byte."""


class Limit:
    """The end of patience with one email, kept by a thread while another sends it."""

    def __init__(self, length: timedelta) -> None:
        self.session: Session | None = None
        self.is_over = False
        self._done = Event()
        self._length = length.total_seconds()

    def watch(self) -> None:
        """Wait for the email to be sent; once time is over, cut whatever connection is in use."""
        if self._done.wait(self._length):
            return
        self.is_over = True
        # Over and over: a new connection may be in the making.
        while not self._done.wait(_AGAIN):
            if self.session is not None:
                self.session.cut()

    def lift(self) -> None:
        """Say that the email is sent, or given up."""
        self._done.set()


@contextmanager
def limited(length: timedelta) -> Iterator[Limit]:
    """Send an email within a time.

    Patience with each answer is not enough: a server may send a byte now and then, for ever.

    Raises:
        TookTooLong: once it is over.
    """
    limit = Limit(length)
    Thread(target=limit.watch, name="email limit", daemon=True).start()
    try:
        yield limit
    except (smtplib.SMTPException, OSError):
        if limit.is_over:
            raise TookTooLong from None
        raise
    finally:
        limit.lift()


def opened(server: Server, limit: Limit, context: ssl.SSLContext) -> Session:
    """Connect to a server, encrypted and logged in as it is to be."""
    options: dict[str, Any] = {
        # Given, as smtplib would ask the network for it, without any limit.
        "local_hostname": server.called,
        "timeout": server.patience.total_seconds(),
    }
    if server.tls is Tls.IMPLICIT:
        session: Session = TlsSession(limit, server.host, server.port, context=context, **options)
    else:
        session = Session(limit, server.host, server.port, **options)
    try:
        if server.tls is Tls.STARTTLS:
            session.starttls(context=context)
        session.ehlo_or_helo_if_needed()
        if server.user is not None:
            session.login(server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session
