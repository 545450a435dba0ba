"""A pooler that shares PostgreSQL's connections between transactions, as PgBouncer can.

It is as unkind as it may be: each transaction of a client gets another one of its few connections.
"""

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import URL

_CONNECTIONS = 3
_PROTOCOL = struct.pack("!i", 3 << 16)
_READY = b"Z"
_ZONE = "Asia/Kolkata"
_FLUSH = b"H"
_ENDS_A_CYCLE = b"QS"
"""A simple query, and the Sync of the extended protocol: the server answers each with 'ready'."""


@dataclass(eq=False)
class _Backend:
    """One connection to the server, and what it said of itself when it was opened."""

    reader: StreamReader
    writer: StreamWriter
    greeting: bytes = b""


@dataclass(eq=False)
class _Client:
    """One connection of a client, which holds a backend only while a transaction lasts."""

    reader: StreamReader
    writer: StreamWriter
    free: "asyncio.Queue[_Backend]"
    backend: _Backend | None = None
    awaited: int = 0
    """So many times the server has still to say that it is ready."""
    is_amid_a_cycle: bool = False
    answering: "asyncio.Task[None] | None" = field(default=None)

    async def serve(self) -> None:
        """Pass on what the client says until it takes its leave."""
        while True:
            kind, message = await _message(self.reader)
            if kind == b"X":
                return
            if kind == _FLUSH and not self.is_amid_a_cycle:
                continue  # nothing is held back by the server once it was to be ready
            if self.answering is None or self.answering.done():
                self.backend = await self.free.get()
                self.answering = asyncio.create_task(self._answer(self.backend))
            assert self.backend is not None
            self.is_amid_a_cycle = kind not in _ENDS_A_CYCLE
            self.awaited += kind in _ENDS_A_CYCLE
            self.backend.writer.write(message)

    async def _answer(self, backend: _Backend) -> None:
        """Pass on what the server says until the transaction is over."""
        while True:
            kind, message = await _message(backend.reader)
            self.writer.write(message)
            if kind == _READY:
                self.awaited -= 1
                is_idle = message[-1:] == b"I"
                if is_idle and not self.awaited and not self.is_amid_a_cycle:
                    self.free.put_nowait(backend)
                    return


@contextmanager
def pooling(address: URL, folder: Path) -> Iterator[URL]:
    """Lend an address at which the connections to a database are shared."""
    started, ended = Event(), Event()
    thread = Thread(target=lambda: asyncio.run(_serve(address, folder, started, ended)))
    thread.start()
    try:
        assert started.wait(30)
        yield address.update_query_dict({"host": str(folder)})
    finally:
        ended.set()
        thread.join()


async def _serve(address: URL, folder: Path, started: Event, ended: Event) -> None:
    free: asyncio.Queue[_Backend] = asyncio.Queue()
    backends = [await _opened(address) for _ in range(_CONNECTIONS)]
    for backend in backends:
        free.put_nowait(backend)

    async def welcome(reader: StreamReader, writer: StreamWriter) -> None:
        async with _closing(writer):
            await reader.readexactly(struct.unpack("!i", await reader.readexactly(4))[0] - 4)
            writer.write(backends[0].greeting)
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await _Client(reader, writer, free).serve()

    server = await asyncio.start_unix_server(welcome, folder / ".s.PGSQL.5432")
    started.set()
    await asyncio.to_thread(ended.wait)
    server.close()
    serving = asyncio.all_tasks() - {asyncio.current_task()}
    for task in serving:
        task.cancel()
    await asyncio.gather(*serving, return_exceptions=True)
    for backend in backends:
        await _close(backend.writer)


async def _opened(address: URL) -> _Backend:
    host = str(address.query["host"])
    reader, writer = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.5432")
    # Nor is the time zone the one that a client asked for.
    said = "\0".join(
        ["user", str(address.username), "database", str(address.database), "TimeZone", _ZONE, "\0"]
    ).encode()
    writer.write(struct.pack("!i", len(said) + 8) + _PROTOCOL + said)
    backend = _Backend(reader, writer)
    kind = b""
    while kind != _READY:
        kind, message = await _message(reader)
        backend.greeting += message
    return backend


async def _message(reader: StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)


@asynccontextmanager
async def _closing(writer: StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await _close(writer)


async def _close(writer: StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
