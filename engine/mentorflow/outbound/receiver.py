"""The fake receiver: an HTTP server in a thread of its own, and what it received."""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self, TextIO

from mentorflow.outbound.misbehaving import Behavior, Manner
from mentorflow.outbound.receiving import Desk, Peer, Received, read_head

_BEHAVIORS = {str(one): one for one in Behavior}


class FakeReceiver:
    """A receiver of webhooks that misbehaves on purpose.

        with FakeReceiver(behave="drip") as receiver:
            send_to(receiver.url)
            first = receiver.wait_for(1)[0]

    The first part of the path, where it names a behavior, has precedence: `/410/hook` is gone.
    """

    def __init__(
        self,
        behave: str | Sequence[str] = Behavior.OK,
        *,
        manner: Manner | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        keeps: int | None = None,
        record: TextIO | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Of several behaviors each serves one request, and the last one all that follow. `keeps`
        limits how many requests are remembered: with 0 they are only counted, and it is as fast as
        it can be. `record` is a file that gets a line of JSON for each request, before its answer.

        Raises:
            ValueError: there is no such behavior.
        """
        self.host = host
        self.port = port
        self.manner = manner or Manner()
        self.count = 0
        """How many requests have come."""
        self._tls = tls
        self._keeps = keeps
        self._record = record
        self._received: list[Received] = []
        self._peers: dict[Peer, int] = {}
        self._connections = 0
        self._changed = Condition()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.behave(*([behave] if isinstance(behave, str) else behave))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"{'http' if self._tls is None else 'https'}://{self.host}:{self.port}"

    @property
    def received(self) -> list[Received]:
        """The requests that came so far."""
        with self._changed:
            return list(self._received)

    @property
    def connections(self) -> int:
        """How many connections there have been."""
        return self._connections

    @property
    def is_connected(self) -> bool:
        """Whether somebody is connected."""
        return bool(self._peers)

    def behave(self, *behaviors: str) -> None:
        """From now on do this; of several, one for each request, and the last for the rest.

        Raises:
            ValueError: there is no such behavior.
        """
        self._next = [Behavior(one) for one in behaviors] or [Behavior.OK]

    def wait_for(self, count: int, *, seconds: float = 10.0) -> list[Received]:
        """Wait until so many requests have come, and return them.

        Raises:
            TimeoutError: they have not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self.count >= count, seconds):
                raise TimeoutError(f"{self.count} requests came, not {count}")
            return list(self._received)

    def start(self) -> None:
        """Listen, and answer in a thread; a second start listens at the same port.

        Raises:
            OSError: the port is taken.
        """
        loop = asyncio.new_event_loop()
        desk = Desk(self._take, self.manner, self._connected, self._parted)
        try:
            listening = loop.run_until_complete(
                loop.create_server(
                    lambda: Peer(desk), self.host, self.port, ssl=self._tls, backlog=1024
                )
            )
        except OSError:
            loop.close()
            raise
        self.port = listening.sockets[0].getsockname()[1]
        started = Event()

        def serve() -> None:
            loop.call_soon(started.set)
            loop.run_forever()
            loop.run_until_complete(self._end(listening))
            loop.close()

        self._loop, self._thread = loop, Thread(target=serve, name="fake-receiver", daemon=True)
        self._thread.start()
        started.wait()

    def stop(self) -> None:
        """Hang up on everybody, and stop to listen."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop = self._thread = None

    async def _end(self, listening: asyncio.Server) -> None:
        listening.close()
        for peer in list(self._peers):
            peer.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _take(self, connection: int, head: bytes, body: bytes) -> Behavior:
        if self._keeps == 0 and self._record is None:
            self.count += 1
            return self._next_behavior()
        path, headers = read_head(head)
        named = _BEHAVIORS.get(path.lstrip("/").partition("/")[0].partition("?")[0])
        behavior = named or self._next_behavior()
        with self._changed:
            self.count += 1
            taken = Received(self.count, behavior, path, headers, body, connection)
            if self._record is not None:
                self._record.write(f"{taken.as_json()}\n")
                self._record.flush()
            self._received.append(taken)
            if self._keeps is not None:
                del self._received[: -self._keeps or None]
            self._changed.notify_all()
        return behavior

    def _next_behavior(self) -> Behavior:
        return self._next.pop(0) if len(self._next) > 1 else self._next[0]

    def _connected(self, peer: Peer) -> int:
        self._connections += 1
        self._peers[peer] = self._connections
        return self._connections

    def _parted(self, peer: Peer) -> None:
        self._peers.pop(peer, None)


def encryption(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return what a receiver needs to speak TLS with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
