"""Connections: to addresses that were vetted, and closed as soon as the other end overdoes it."""

import asyncio
import os
from collections.abc import Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM, gaierror, socket
from ssl import SSLCertVerificationError, SSLContext, SSLError
from typing import Any
from weakref import WeakSet

from aiohappyeyeballs import AddrInfoType, start_connection
from aiohttp import BaseConnector, ClientRequest, ClientTimeout
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from mentorflow.outbound.addresses import Address
from mentorflow.outbound.exchange import Exchange, Step
from mentorflow.outbound.lookups import Lookups
from mentorflow.outbound.messages import Failure, Limits
from mentorflow.outbound.rules import Rules

current: ContextVar[Exchange] = ContextVar("current")
"""The exchange that a task carries out: aiohttp hands nothing of ours to a connector."""
_TRIED = 6
"""Addresses of a name that are connected to: a name is not to make us knock at a thousand doors."""
_HEAD_START = 0.25
"""Seconds for an address before the next one is tried beside it."""
_FAREWELL = 1.0
"""Seconds for the other end to agree that TLS is over."""


class NoAnswer(Exception):
    """There will be no answer: which step failed, and how."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class Line(ResponseHandler):
    """One connection, which counts what it hears."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, address: str, limits: Limits) -> None:
        super().__init__(loop)
        self.address = address
        self._most = limits.header_bytes
        self._old_at = loop.time() + limits.age
        self._heard = 0
        self._exchange: Exchange | None = None

    def begin(self, exchange: Exchange) -> None:
        """Carry an exchange."""
        exchange.is_reused = exchange.step is Step.DNS
        if self._loop.time() >= self._old_at:
            # This is the last one it carries.
            self.force_close()
        exchange.address = self.address
        exchange.enter(Step.HEADERS)
        self._heard, self._exchange = 0, exchange

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None or exchange.is_over:
            # Nobody asked; it must not be taken for the answer to what is asked next.
            self.abort()
            return
        exchange.hear()
        # What the parser is still collecting counts, and 1xx without end, which it would take.
        if exchange.step is Step.HEADERS and self._heard > self._most:
            kib = self._most // 1024
            self.set_exception(NoAnswer(Failure.TOO_LARGE_HEADERS, f"headers of over {kib} KiB"))
            self.abort_transport()
            return
        self._heard += len(data)
        super().data_received(data)

    def abort_transport(self) -> None:
        """Hang up at once; what is raised for it stays what it is."""
        if self.transport is not None:
            self.transport.abort()

    def close(self) -> None:
        # In the midst of an answer the other end may go on for ever, and a farewell with it.
        if self._exchange is not None and not self._exchange.is_over:
            self.abort()
        else:
            super().close()


class Lines(BaseConnector):
    """Make connections where the rules allow it, and keep those that may be used again.

    A connection belongs to a name, a port and the encryption, and leads to the address that was
    vetted when it was made. Nothing is looked up while it lasts, so it cannot be turned elsewhere.
    """

    def __init__(self, rules: Rules, limits: Limits, lookups: Lookups, context: SSLContext) -> None:
        # How many requests are under way is the caller's choice: a queue here would let receivers
        # that hang hold up the others.
        super().__init__(limit=0, keepalive_timeout=limits.idle)
        self._rules = rules
        self._limits = limits
        self._lookups = lookups
        self._context = context
        self._open: WeakSet[Line] = WeakSet()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109  # aiohttp's name
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        line = connection.protocol
        assert isinstance(line, Line)
        line.begin(current.get())
        return connection

    async def _create_connection(
        self,
        req: ClientRequest,
        traces: list[Trace],  # noqa: ARG002  # aiohttp calls it so
        timeout: ClientTimeout,  # noqa: ARG002, ASYNC109
    ) -> Line:
        exchange = current.get()
        target = exchange.target
        # What was vetted is the target: whatever aiohttp makes of the URL has to agree with it.
        if (req.url.raw_host, req.url.port) != (target.host, target.port):
            raise RuntimeError(f"the host {target.host!r} was read in two ways")
        addresses = await self._addresses(exchange)
        exchange.enter(Step.CONNECT)
        connected = await _connected(addresses, target.port)
        exchange.address = peer_of(connected)
        line = await self._line(exchange, connected)
        self._count(line)
        return line

    def _count(self, line: Line) -> None:
        """With too many connections open already, have this one closed after its request."""
        if len(self._open) >= self._limits.kept:
            self._open = WeakSet(one for one in self._open if one.is_connected())
        if len(self._open) >= self._limits.kept:
            line.force_close()
        else:
            self._open.add(line)

    async def _addresses(self, exchange: Exchange) -> list[Address]:
        target = exchange.target
        addresses = [target.literal] if target.literal else await self._found(target.host)
        self._rules.vet(target.url, addresses)
        return addresses

    async def _found(self, host: str) -> list[Address]:
        try:
            return await self._lookups.addresses(host)
        except OSError as error:
            raise NoAnswer(Failure.DNS, f"looking up {host} failed: {_words(error)}") from error

    async def _line(self, exchange: Exchange, connected: socket) -> Line:
        loop, target, address = self._loop, exchange.target, exchange.address
        assert address is not None
        encryption: dict[str, Any] = {}
        if target.is_secure:
            exchange.enter(Step.TLS)
            encryption = {
                "ssl": self._context,
                "server_hostname": target.host,
                "ssl_shutdown_timeout": _FAREWELL,
            }
        try:
            _, line = await loop.create_connection(
                lambda: Line(loop, address=address, limits=self._limits),
                sock=connected,
                **encryption,
            )
        except OSError as error:
            detail = f"no TLS with {target.host}: {_words(error)}"
            raise NoAnswer(Failure.TLS, detail) from error
        return line


async def _connected(addresses: Sequence[Address], port: int) -> socket:
    tried = addresses[:_TRIED]
    try:
        return await start_connection(
            [_info(address, port) for address in tried], happy_eyeballs_delay=_HEAD_START
        )
    except OSError as error:
        places = ", ".join(str(address) for address in tried)
        detail = f"no connection to {places}, port {port}: {_words(error)}"
        # The system's own patience may end before ours.
        failure = Failure.TIMEOUT if isinstance(error, TimeoutError) else Failure.CONNECT
        raise NoAnswer(failure, detail) from error


def peer_of(connected: socket) -> str:
    """Return the address at the other end, which may have hung up by now.

    Raises:
        NoAnswer: it has; the connection is closed.
    """
    try:
        return str(connected.getpeername()[0])
    except OSError as error:
        connected.close()
        raise NoAnswer(Failure.CONNECT, f"no connection: {_words(error)}") from error


def _words(error: OSError) -> str:
    if isinstance(error, SSLCertVerificationError):
        return f"the certificate does not hold: {error.verify_message}"
    if isinstance(error, SSLError):
        return (error.reason or "it failed").replace("_", " ").lower()
    if error.errno is not None and not isinstance(error, gaierror):
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _info(address: Address, port: int) -> AddrInfoType:
    if isinstance(address, IPv4Address):
        return (AF_INET, SOCK_STREAM, IPPROTO_TCP, "", (str(address), port))
    return (AF_INET6, SOCK_STREAM, IPPROTO_TCP, "", (str(address), port, 0, 0))
