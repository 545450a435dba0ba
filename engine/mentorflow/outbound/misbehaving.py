"""What the fake receiver does with a request: take it, refuse it, or be as wrong as it can."""

import asyncio
import gzip
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol


class Behavior(StrEnum):
    """Everything the fake receiver can do."""

    OK = "ok"
    ERROR = "500"
    BUSY = "429"
    GONE = "410"
    TOO_LARGE = "413"
    REDIRECT = "redirect"
    LATE = "late"
    SLOW_HEADERS = "slow-headers"
    DRIP = "drip"
    ENDLESS = "endless"
    HUGE_HEADERS = "huge-headers"
    CONTINUES = "continues"
    GZIP_BOMB = "gzip-bomb"
    HALF_WAY = "half-way"
    HANG_UP = "hang-up"
    GARBAGE = "garbage"
    IGNORE = "ignore"
    WRONG_CERTIFICATE = "wrong-certificate"


MEANING = {
    Behavior.OK: "200, at once",
    Behavior.ERROR: "500",
    Behavior.BUSY: "429 with Retry-After",
    Behavior.GONE: "410, which means: never again",
    Behavior.TOO_LARGE: "413",
    Behavior.REDIRECT: "302 to another address, which is not to be followed",
    Behavior.LATE: "200, after the pace has gone by",
    Behavior.SLOW_HEADERS: "headers without end, one byte each pace",
    Behavior.DRIP: "200, then a body without end, one byte each pace",
    Behavior.ENDLESS: "200, then a body without end, as fast as it is taken",
    Behavior.HUGE_HEADERS: "headers without end, as fast as they are taken",
    Behavior.CONTINUES: "100 Continue without end",
    Behavior.GZIP_BOMB: "200 with a body of 10 KiB that unpacks to 10 MiB",
    Behavior.HALF_WAY: "200, and the connection closed in the middle of the body",
    Behavior.HANG_UP: "the connection closed without an answer",
    Behavior.GARBAGE: "bytes that are not HTTP",
    Behavior.IGNORE: "no answer at all",
    Behavior.WRONG_CERTIFICATE: "TLS with a certificate for another name (of the whole server)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """The particulars of how it behaves."""

    pace: float = 1.0
    """Seconds between two bytes that drip."""
    retry_after: str = "7"
    location: str = "http://127.0.0.1/"
    headers: str = ""
    """More lines of headers for answers that have some; each ends with a line break."""
    body: bytes = b"ok\n"


class Outlet(Protocol):
    """The way back to who asked."""

    async def send(self, data: bytes) -> None:
        """Send, as fast as it is taken.

        Raises:
            ConnectionError: nobody is there any more.
        """

    def hang_up(self) -> None:
        """Close the connection."""


Behave = Callable[[Outlet, Manner], Awaitable[None]]
_STATUS = {
    Behavior.OK: "200 OK",
    Behavior.WRONG_CERTIFICATE: "200 OK",
    Behavior.LATE: "200 OK",
    Behavior.ERROR: "500 Internal Server Error",
    Behavior.BUSY: "429 Too Many Requests",
    Behavior.GONE: "410 Gone",
    Behavior.TOO_LARGE: "413 Content Too Large",
    Behavior.REDIRECT: "302 Found",
}


def is_plain(behavior: Behavior) -> bool:
    """Tell whether it is one whole answer, at once."""
    return behavior in _STATUS and behavior is not Behavior.LATE


@cache
def plain_answer(behavior: Behavior, manner: Manner) -> bytes:
    """Return the whole of an answer that is nothing but right."""
    more = manner.headers
    if behavior is Behavior.BUSY:
        more += f"Retry-After: {manner.retry_after}\r\n"
    if behavior is Behavior.REDIRECT:
        more += f"Location: {manner.location}\r\n"
    head = f"HTTP/1.1 {_STATUS[behavior]}\r\nContent-Length: {len(manner.body)}\r\n{more}\r\n"
    return head.encode("latin-1") + manner.body


async def misbehave(behavior: Behavior, outlet: Outlet, manner: Manner) -> None:
    """Do what is to be done; it may never end.

    Raises:
        ConnectionError: nobody is there any more.
    """
    await _MISBEHAVING[behavior](outlet, manner)


async def _late(outlet: Outlet, manner: Manner) -> None:
    await asyncio.sleep(manner.pace)
    await outlet.send(plain_answer(Behavior.LATE, manner))


async def _slow_headers(outlet: Outlet, manner: Manner) -> None:
    await outlet.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await _dripped(outlet, manner)


async def _drip(outlet: Outlet, manner: Manner) -> None:
    await outlet.send(_opened(manner))
    await _dripped(outlet, manner)


async def _endless(outlet: Outlet, manner: Manner) -> None:
    await outlet.send(_opened(manner))
    await _poured(outlet, b"x" * 16384)


async def _huge_headers(outlet: Outlet, manner: Manner) -> None:
    await outlet.send(f"HTTP/1.1 200 OK\r\n{manner.headers}".encode())
    await _poured(outlet, b"X-Huge: " + b"x" * 4000 + b"\r\n")


async def _continues(outlet: Outlet, _manner: Manner) -> None:
    await _poured(outlet, b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


async def _gzip_bomb(outlet: Outlet, manner: Manner) -> None:
    bomb = _bomb()
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n"
    await outlet.send(f"{head}{manner.headers}\r\n".encode() + bomb)


async def _half_way(outlet: Outlet, manner: Manner) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n{manner.headers}\r\n"
    await outlet.send(head.encode() + b"only half of")
    outlet.hang_up()


async def _hang_up(outlet: Outlet, _manner: Manner) -> None:
    outlet.hang_up()


async def _garbage(outlet: Outlet, _manner: Manner) -> None:
    # Always the same, so that what it leads to can be told.
    await outlet.send(random.Random(1).randbytes(2000))  # noqa: S311
    outlet.hang_up()


async def _ignore(_outlet: Outlet, _manner: Manner) -> None:
    await asyncio.Event().wait()


async def _dripped(outlet: Outlet, manner: Manner) -> None:
    while True:
        await outlet.send(b".")
        await asyncio.sleep(manner.pace)


async def _poured(outlet: Outlet, data: bytes) -> None:
    while True:
        await outlet.send(data)


def _opened(manner: Manner) -> bytes:
    return f"HTTP/1.1 200 OK\r\nConnection: close\r\n{manner.headers}\r\n".encode()


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(10 * 1024 * 1024), mtime=0)


_MISBEHAVING: dict[Behavior, Behave] = {
    Behavior.LATE: _late,
    Behavior.SLOW_HEADERS: _slow_headers,
    Behavior.DRIP: _drip,
    Behavior.ENDLESS: _endless,
    Behavior.HUGE_HEADERS: _huge_headers,
    Behavior.CONTINUES: _continues,
    Behavior.GZIP_BOMB: _gzip_bomb,
    Behavior.HALF_WAY: _half_way,
    Behavior.HANG_UP: _hang_up,
    Behavior.GARBAGE: _garbage,
    Behavior.IGNORE: _ignore,
}
