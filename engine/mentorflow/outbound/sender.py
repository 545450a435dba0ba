"""Carrying out a request on the loop, and putting everything that can happen into an answer."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from ssl import SSLContext

from aiohttp import (
    ClientOSError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
)
from yarl import URL

from mentorflow.errors import AddressRefused
from mentorflow.outbound import reading
from mentorflow.outbound.exchange import Exchange, Step
from mentorflow.outbound.failing import refusal, why
from mentorflow.outbound.lines import Lines, current
from mentorflow.outbound.lookups import LookUp, Lookups
from mentorflow.outbound.messages import Answer, Failure, Limits, Request
from mentorflow.outbound.rules import Rules, Target

_LINE_BYTES = 8 * 1024
_HEADERS = 128
_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add where there are none: what is sent is the caller's choice."""
_LONGEST_CONTROL = 64
_KNOWN = 4096


class Sender:
    """Carry out requests, many at once; it is made and used on the loop."""

    def __init__(
        self,
        rules: Rules,
        limits: Limits,
        *,
        now: Callable[[], datetime],
        context: SSLContext,
        look_up: LookUp,
    ) -> None:
        self._limits = limits
        self._now = now
        self._lookups = Lookups(look_up, at_once=limits.lookups, hanging=limits.hanging)
        self._session = ClientSession(
            connector=Lines(rules, limits, self._lookups, context),
            auto_decompress=False,
            cookie_jar=DummyCookieJar(),
            max_field_size=_LINE_BYTES,
            max_line_size=_LINE_BYTES,
            max_headers=_HEADERS,
            read_bufsize=limits.body_bytes,
            skip_auto_headers=_ADDED,
            # All of the time is ours to keep: see Exchange.
            timeout=ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            trust_env=False,
        )

        # Reading a URL costs as much as a tenth of the request, and endpoints stay what they are.
        @lru_cache(maxsize=_KNOWN)
        def read(url: str) -> tuple[Target, URL]:
            target = rules.target(url)
            return target, URL(target.url, encoded=True)

        self._read = read

    async def send(self, request: Request) -> Answer:
        """Carry out a request; whatever happens is in the answer."""
        try:
            target, url = self._read(request.url)
        except AddressRefused as error:
            return Answer(None, Failure.REFUSED_ADDRESS, refusal(error))
        total = self._limits.total
        if request.deadline is not None:
            total = min(total, request.deadline)
        exchange = Exchange(target, self._limits, total=total)
        current.set(exchange)
        failure, detail = await self._outcome(exchange, request, url)
        return self._answer(exchange, failure, detail)

    async def close(self) -> None:
        """Hang up everywhere."""
        self._lookups.close()
        await self._session.close()

    async def _outcome(
        self, exchange: Exchange, request: Request, url: URL
    ) -> tuple[Failure | None, str]:
        try:
            await self._carry_out(exchange, request, url)
        except asyncio.CancelledError:
            if exchange.is_overdue:
                return Failure.TIMEOUT, f"it took too long: given up while {exchange.step}"
            return Failure.ABANDONED, f"given up while {exchange.step}, as the client was closed"
        except Exception as error:  # noqa: BLE001  # nothing a receiver does may raise
            failure, detail = why(error, exchange)
            return failure, reading.one_line(detail)
        return None, _said(exchange.response)

    async def _carry_out(self, exchange: Exchange, request: Request, url: URL) -> None:
        exchange.begin()
        try:
            exchange.response = await self._ask(exchange, request, url)
            exchange.enter(Step.BODY)
            await self._read_body(exchange, exchange.response)
        finally:
            if exchange.response is not None:
                # With what is not wholly read, the connection is closed.
                exchange.response.close()
            exchange.end()

    async def _ask(self, exchange: Exchange, request: Request, url: URL) -> ClientResponse:
        """Send the request and wait for the headers; once more, if a kept connection was dead."""
        try:
            return await self._post(request, url)
        except (ClientOSError, ServerDisconnectedError):
            if not exchange.is_reused or exchange.first_byte is not None:
                raise
        exchange.restart()
        return await self._post(request, url)

    async def _post(self, request: Request, url: URL) -> ClientResponse:
        return await self._session.post(
            url, data=request.body, headers=request.headers, allow_redirects=False
        )

    async def _read_body(self, exchange: Exchange, response: ClientResponse) -> None:
        most = self._limits.body_bytes
        while len(exchange.body) < most:
            chunk = await response.content.readany()
            if not chunk:
                return
            exchange.body += chunk

    def _answer(self, exchange: Exchange, failure: Failure | None, detail: str) -> Answer:
        timings, response = exchange.timings(), exchange.response
        if response is None:
            return Answer(None, failure, detail, address=exchange.address, timings=timings)
        headers = response.headers
        control, wait = headers.get("webhook-delivery"), headers.get("retry-after")
        return Answer(
            status=response.status,
            failure=failure,
            detail=detail,
            retry_after=None if wait is None else reading.retry_after(wait, self._now()),
            control=None if control is None else reading.one_line(control, most=_LONGEST_CONTROL),
            excerpt=reading.excerpt(
                exchange.body,
                encoding=headers.get("content-encoding"),
                most=self._limits.excerpt_bytes,
            ),
            address=exchange.address,
            timings=timings,
        )


def _said(response: ClientResponse | None) -> str:
    if response is None:
        return ""
    if 300 <= response.status < 400:
        return f"answered {response.status}, which is not followed"
    return f"answered {response.status}"
