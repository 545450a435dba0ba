"""The client: a loop in a thread of its own, on which many requests are under way at once."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mentorflow.errors import MissingExtra
from mentorflow.outbound.headers import check_headers
from mentorflow.outbound.lookups import LookUp, look_up
from mentorflow.outbound.messages import Answer, Limits, Request
from mentorflow.outbound.rules import Rules

if TYPE_CHECKING:
    from mentorflow.outbound.sender import Sender


class Client:
    """Send requests to strangers, from any thread, and get an answer whatever they do.

    How many are under way is the caller's choice: none waits for another. A client belongs to the
    process that opened it; after a fork, open another.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        ca_bundle: Path | None = None,
        look_up: LookUp = look_up,
    ) -> None:
        """Take the settings; nothing is opened yet.

        `now` is what a date in Retry-After is compared with. `ca_bundle` is a file of certificates
        to trust instead of the system's. `look_up` returns all addresses of a name; it may block.

        Raises:
            OSError: the file of certificates cannot be read, or holds none.
        """
        self._rules = rules
        self._now = now
        self._limits = limits or Limits()
        self._context = _context(ca_bundle)
        self._look_up = look_up
        self._lock = Lock()
        self._submitted: deque[tuple[Request, Future[Answer]]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._sender: Sender | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Start the loop.

        Raises:
            MissingExtra: the package that speaks HTTP is not installed.
        """
        if self._loop is not None:
            raise RuntimeError("the client is open already")
        try:
            from mentorflow.outbound.sender import Sender
        except ImportError as missing:
            raise MissingExtra("sending webhooks", extra="webhooks") from missing
        loop = asyncio.new_event_loop()

        async def made() -> Sender:
            return Sender(
                self._rules,
                self._limits,
                now=self._now,
                context=self._context,
                look_up=self._look_up,
            )

        self._sender = loop.run_until_complete(made())
        self._thread = Thread(target=loop.run_forever, name="mentorflow-outbound", daemon=True)
        self._thread.start()
        self._loop = loop

    def close(self) -> None:
        """Give up what is under way, which gets the answer `abandoned`, and stop the loop."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def post(self, request: Request) -> Answer:
        """Send a request, and wait for the answer.

        Raises:
            InvalidPayload: a header of the request cannot be sent.
        """
        return self.submit(request).result()

    def submit(self, request: Request) -> Future[Answer]:
        """Send a request, and return at once.

        A callback of the future runs on the loop and has to be quick: `SimpleQueue.put` is.

        Raises:
            InvalidPayload: a header of the request cannot be sent.
        """
        check_headers(request.headers)
        answer: Future[Answer] = Future()
        # A future that runs cannot be cancelled: what was sent was sent.
        answer.set_running_or_notify_cancel()
        with self._lock:
            if self._loop is None:
                raise RuntimeError("the client is not open")
            is_first = not self._submitted
            self._submitted.append((request, answer))
            # Waking the loop is dear; who comes before it woke up goes along.
            if is_first:
                self._loop.call_soon_threadsafe(self._begin)
        return answer

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        with self._lock:
            submitted, self._submitted = self._submitted, deque()
        for request, answer in submitted:
            task = loop.create_task(self._send(request, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, request: Request, answer: Future[Answer]) -> None:
        assert self._sender is not None
        try:
            answer.set_result(await self._sender.send(request))
        except BaseException as error:
            # A fault of ours; but nobody is to wait for ever.
            if not answer.done():
                answer.set_exception(error)
            raise

    async def _end(self) -> None:
        self._begin()
        # A task that has not begun would be cancelled before it can answer.
        await asyncio.sleep(0)
        under_way = list(self._tasks)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        assert self._sender is not None
        await self._sender.close()
        # Transports say on the loop that they are closed.
        await asyncio.sleep(0)


def _context(ca_bundle: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=None if ca_bundle is None else str(ca_bundle))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
