"""The inside of the fake receiver: one connection, read as HTTP, and what came over it."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import NamedTuple

from mentorflow.outbound.misbehaving import Behavior, Manner, is_plain, misbehave, plain_answer

_MOST = 16 * 1024 * 1024
_TLS = b"\x16"
_NOT_TLS = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nthis is http, not https\n"
_END = b"\r\n\r\n"


class Received(NamedTuple):
    """A request that came, as it came."""

    order: int
    """The first has 1."""
    behavior: Behavior
    """What was done with it."""
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connection: int
    """The first has 1: requests that came over one connection have the same."""

    def header(self, name: str) -> str | None:
        """Return the first header of a name."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def id(self) -> str | None:
        """What is the same whenever the same message comes again."""
        return self.header("webhook-id")

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        try:
            body = {"body": self.body.decode()}
        except UnicodeDecodeError:
            body = {"body_base64": b64encode(self.body).decode()}
        known = {"order": self.order, "id": self.id, "path": self.path, "behavior": self.behavior}
        return json.dumps(known | {"headers": self.headers} | body)


class Desk(NamedTuple):
    """What the connections of a receiver share."""

    take: Callable[[int, bytes, bytes], Behavior]
    """Is told of each request: connection, head, body. Returns what to do with it."""
    manner: Manner
    connected: Callable[["Peer"], int]
    """Gives a new connection its number."""
    parted: Callable[["Peer"], None]


class Peer(asyncio.Protocol):
    """One connection; requests on it are answered one after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buffer = b""
        self._task: asyncio.Task[None] | None = None
        self._number = 0
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._number = self._desk.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio calls it so
        self._transport = None
        self._can_write.set()
        if self._task is not None:
            self._task.cancel()
        self._desk.parted(self)

    def pause_writing(self) -> None:
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if len(self._buffer) > _MOST:
            self.hang_up()
        elif self._buffer[:1] == _TLS and self._transport is not None:
            self._transport.write(_NOT_TLS)
            self.hang_up()
        elif self._task is None:
            self._go_on()

    async def send(self, data: bytes) -> None:
        await self._can_write.wait()
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        # Others have their turn even where all is taken at once.
        await asyncio.sleep(0)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Hang up at once, whatever is still to be sent."""
        if self._transport is not None:
            self._transport.abort()

    def _go_on(self) -> None:
        """Answer every request that has come whole."""
        while self._task is None and self._transport is not None:
            head, separator, rest = self._buffer.partition(_END)
            length = _length(head) if separator else 0
            if not separator or len(rest) < length:
                return
            body, self._buffer = rest[:length], rest[length:]
            behavior = self._desk.take(self._number, head, body)
            if is_plain(behavior):
                self._transport.write(plain_answer(behavior, self._desk.manner))
            else:
                self._task = asyncio.get_running_loop().create_task(self._misbehave(behavior))

    async def _misbehave(self, behavior: Behavior) -> None:
        try:
            await misbehave(behavior, self, self._desk.manner)
        except ConnectionError:
            return
        self._task = None
        self._go_on()


def read_head(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the path of a request, and its headers as they were written."""
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    return parts[1] if len(parts) > 1 else "", headers


def _length(head: bytes) -> int:
    lowered = head.lower()
    at = lowered.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    text = lowered[at + 17 :].partition(b"\r\n")[0].strip()
    return int(text) if text.isdigit() else 0
