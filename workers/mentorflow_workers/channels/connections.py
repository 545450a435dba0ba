"""Connections to an SMTP server: opened when wanted, used again, closed when idle."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from threading import Lock, Timer
from time import monotonic
from typing import NamedTuple

from mentorflow_workers.channels.server import Server
from mentorflow_workers.channels.session import Limit, Session, limited, opened

_OK = 250


class _Idle(NamedTuple):
    session: Session
    since: float


class Connections:
    """Hand emails in, from any number of threads, each over a connection of its own meanwhile."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = Lock()
        self._idle: list[_Idle] = []
        self._sweep: Timer | None = None
        self._context = ssl.create_default_context(cafile=server.authorities)

    def send(self, email: EmailMessage, *, sender: str, recipient: str) -> None:
        """Hand an email in.

        Raises:
            TookTooLong: after the server's limit.
            SMTPException, OSError: as smtplib raises them.
        """
        with limited(self._server.limit) as limit:
            session = self._still_open(limit) or opened(self._server, limit, self._context)
            try:
                session.send_message(email, from_addr=sender, to_addrs=[recipient])
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
                self._keep(session)
                raise
            except BaseException:
                session.close()
                raise
            self._keep(session)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            leaving, self._idle = self._idle, []
            if self._sweep is not None:
                self._sweep.cancel()
                self._sweep = None
        for found in leaving:
            found.session.leave()

    def _still_open(self, limit: Limit) -> Session | None:
        """Return an idle connection that answers, and close those that do not."""
        while (session := self._taken()) is not None:
            limit.session = session
            with suppress(smtplib.SMTPException, OSError):
                if session.rset()[0] == _OK:
                    return session
            session.close()
        return None

    def _taken(self) -> Session | None:
        with self._lock:
            return self._idle.pop().session if self._idle else None

    def _keep(self, session: Session) -> None:
        if session.sock is None:
            return  # smtplib has closed it, as the server is about to
        with self._lock:
            self._idle.append(_Idle(session, monotonic()))
            if self._sweep is None:
                self._sweep = self._swept_later()

    def _swept_later(self) -> Timer:
        timer = Timer(self._server.idle.total_seconds(), self._close_idle)
        timer.daemon = True
        timer.start()
        return timer

    def _close_idle(self) -> None:
        oldest = monotonic() - self._server.idle.total_seconds()
        with self._lock:
            leaving = [found for found in self._idle if found.since <= oldest]
            self._idle = [found for found in self._idle if found.since > oldest]
            self._sweep = self._swept_later() if self._idle else None
        for found in leaving:
            found.session.leave()
