"""Looking up names in threads, so that names whose lookup hangs do not hold up the others.

The system's resolver cannot be interrupted: a name whose servers are silent holds its thread for as
long as the resolver likes. So a lookup that takes long gives its place to the next one, and goes on
beside it; each name has one thread at most; and once too many hang, only names that have answered
before are looked up. All but the asking itself runs on the loop.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread

from mentorflow.outbound.addresses import Address
from mentorflow.outbound.rules import address_of

LookUp = Callable[[str], Sequence[str]]
"""Blocks, and returns all addresses of a name, or raises OSError."""
_LONG = 0.5
"""Seconds after which a lookup hangs: the resolver tries its next server only after five."""
_REMEMBERED = 10_000
_MOST_ADDRESSES = 64


def look_up(name: str) -> Sequence[str]:
    """Ask the system for all addresses of a name."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


class Lookups:
    """Look up names, each in one thread at most, and so many at once."""

    def __init__(self, ask: LookUp, *, at_once: int, hanging: int) -> None:
        self._ask = ask
        # Names that have answered do not queue behind strangers, of which there may be thousands.
        self._known_places = asyncio.Semaphore(at_once)
        self._other_places = asyncio.Semaphore(at_once)
        self._most_hanging = hanging
        self._hanging = 0
        self._asked: dict[str, asyncio.Task[list[Address]]] = {}
        self._waiting: dict[str, int] = {}
        self._known: OrderedDict[str, None] = OrderedDict()
        """Names that have answered, the latest last."""

    async def addresses(self, name: str) -> list[Address]:
        """Return all addresses of a name; whoever asks for one that is asked for waits along.

        Who waits may be cancelled at any time.

        Raises:
            OSError: the name has none, or too many lookups hang.
        """
        task = self._asked.get(name)
        if task is None:
            task = self._asked[name] = asyncio.get_running_loop().create_task(self._looked_up(name))
            task.add_done_callback(lambda done: self._forget(name, done))
        self._waiting[name] = self._waiting.get(name, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name]

    def close(self) -> None:
        """Wait for nobody any more; the threads end when the resolver lets them."""
        for task in self._asked.values():
            task.cancel()

    async def _looked_up(self, name: str) -> list[Address]:
        async with self._known_places if name in self._known else self._other_places:
            self._check_room(name)
            asked = self._in_thread(name)
            await asyncio.wait({asked}, timeout=_LONG)
        if asked.done():
            found = _read(await asked)
            self._remember(name)
            return found
        self._known.pop(name, None)
        self._hanging += 1
        try:
            return _read(await asked)
        finally:
            self._hanging -= 1

    def _check_room(self, name: str) -> None:
        if not self._waiting.get(name):
            raise OSError("nobody waits for it any more")
        # Names that have answered are the last to be turned away, but there is an end for them too.
        most = self._most_hanging * (2 if name in self._known else 1)
        if self._hanging >= most:
            raise OSError(f"{self._hanging} other lookups hang")

    def _remember(self, name: str) -> None:
        self._known[name] = None
        self._known.move_to_end(name)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _in_thread(self, name: str) -> asyncio.Future[Sequence[str]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def tell(found: Sequence[str] | None, error: Exception | None) -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(found or [])
            else:
                answer.set_exception(error)

        def work() -> None:
            found, error = None, None
            try:
                found = self._ask(name)
            except Exception as caught:  # noqa: BLE001  # it is raised where it is waited for
                error = caught
            # The loop is closed where the client was closed while the resolver hung.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, found, error)

        Thread(target=work, name=f"mentorflow-dns {name}", daemon=True).start()
        return answer

    def _forget(self, name: str, task: asyncio.Task[list[Address]]) -> None:
        del self._asked[name]
        if not task.cancelled():
            # Who asked may have given up: then nobody else looks at it.
            task.exception()


def _read(found: Sequence[str]) -> list[Address]:
    try:
        addresses = list(dict.fromkeys(address_of(text) for text in found))
    except ValueError as error:
        raise OSError(f"the resolver answered with what is no address: {error}") from None
    if not 0 < len(addresses) <= _MOST_ADDRESSES:
        raise OSError(f"it has {len(addresses)} addresses")
    return addresses
