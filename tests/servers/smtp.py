"""An SMTP server for tests, in a thread of its own: what it takes can be looked at."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock, Thread

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.waiting import wait_until

HOST = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An email the server took."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    connection: object
    """The other end: emails that came over one connection have the same."""
    is_encrypted: bool
    user: str | None

    @property
    def email(self) -> EmailMessage:
        """The email, read."""
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(slots=True, kw_only=True)
class Mailroom:
    """What the server does with commands, in the words of aiosmtpd."""

    login: tuple[str, str] | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    """What is answered to RCPT, by address."""
    refused_data: Mapping[str, str] = field(default_factory=dict)
    """What is answered to an email, by recipient."""
    is_stuck: bool = False
    """Whether an email is never answered."""
    received: list[Received] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)
    attempts: list[str] = field(default_factory=list)
    """Who tried to log in."""
    farewells: int = 0
    """How often somebody took leave."""
    lock: Lock = field(default_factory=Lock)

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections.add(session.peer)
        return responses

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.login is not None and not session.authenticated:
            return "530 5.7.0 log in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.is_stuck:
            await asyncio.Event().wait()
        for recipient in envelope.rcpt_tos:
            if recipient in self.refused_data:
                return self.refused_data[recipient]
        assert isinstance(envelope.content, bytes)
        taken = Received(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            raw=envelope.content,
            connection=session.peer,
            is_encrypted=session.ssl is not None,
            user=session.auth_data,
        )
        with self.lock:
            self.received.append(taken)
        return "250 OK"

    async def handle_QUIT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        self.farewells += 1
        return "221 Bye"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        """Let in whoever knows the login."""
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        self.attempts.append(given[0])
        if given != self.login:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=given[0])


@dataclass(slots=True, kw_only=True)
class SmtpServer:
    """A server that can be stopped and started again at the same port."""

    mailroom: Mailroom
    starttls: ssl.SSLContext | None = None
    implicit_tls: ssl.SSLContext | None = None
    has_smtputf8: bool = True
    port: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: Thread | None = None
    _protocols: list[SMTP] = field(default_factory=list)

    @property
    def received(self) -> list[Received]:
        """The emails it took so far."""
        return self.mailroom.received

    def wait_for(self, count: int) -> list[Received]:
        """Wait until it has taken so many emails."""
        wait_until(lambda: len(self.received) >= count, f"{count} emails have come")
        return self.received

    def start(self) -> None:
        """Listen, and answer in a thread."""
        loop = asyncio.new_event_loop()
        listening = loop.run_until_complete(
            loop.create_server(
                self._protocol, "127.0.0.1", self.port, ssl=self.implicit_tls, reuse_address=True
            )
        )
        self.port = listening.sockets[0].getsockname()[1]

        def serve() -> None:
            loop.run_forever()
            listening.close()
            for protocol in self._protocols:
                if isinstance(protocol.transport, asyncio.WriteTransport):
                    protocol.transport.abort()
            loop.run_until_complete(_ended())
            loop.close()

        self._loop, self._thread = loop, Thread(target=serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody, and stop to listen."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop = self._thread = None
            self._protocols.clear()

    def _protocol(self) -> SMTP:
        protocol = SMTP(
            self.mailroom,
            hostname="mail.test",
            enable_SMTPUTF8=self.has_smtputf8,
            tls_context=self.starttls,
            require_starttls=self.starttls is not None,
            # aiosmtpd offers a login in the clear, or none before STARTTLS; it counts no other TLS.
            auth_require_tls=self.mailroom.login is None or self.starttls is not None,
            authenticator=self.mailroom.authenticate,
        )
        self._protocols.append(protocol)
        return protocol


async def _ended() -> None:
    """End what still answers somebody."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def serving(server: SmtpServer) -> Iterator[SmtpServer]:
    """Run a server."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
