"""One request on its way: how far it is, until when it may take, and how long each step took."""

import asyncio
from enum import StrEnum

from aiohttp import ClientResponse

from mentorflow.outbound.messages import Limits, Timings
from mentorflow.outbound.rules import Target


class Step(StrEnum):
    """What is being done; the words are those of the detail of a timeout."""

    DNS = "looking up the name"
    CONNECT = "connecting"
    TLS = "agreeing on encryption (TLS)"
    HEADERS = "waiting for the headers of the answer"
    BODY = "reading the body of the answer"


_TIMED = {Step.DNS: "dns", Step.CONNECT: "connect", Step.TLS: "tls"}
"""The steps that are over when the next one begins, with their names among the timings."""


class Exchange:
    """One request, as the parts that carry it out see it; it lives on the loop."""

    __slots__ = (
        "_began",
        "_check_in",
        "_checked",
        "_entered",
        "_limits",
        "_loop",
        "_task",
        "_took",
        "address",
        "body",
        "first_byte",
        "is_over",
        "is_overdue",
        "is_reused",
        "response",
        "step",
        "target",
        "until",
    )

    def __init__(self, target: Target, limits: Limits, *, total: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limits = limits
        self._began = self._entered = self._loop.time()
        self._took: list[tuple[Step, float]] = []
        """The steps that are over, with their seconds."""
        self._task: asyncio.Task[object] | None = None
        self._checked: asyncio.TimerHandle | None = None
        self._check_in = min(limits.dns, limits.connect, limits.tls, limits.headers)
        """No step is over its time sooner than that."""
        self.target = target
        self.step = Step.DNS
        self.until = self._began + total
        """When the whole of it has to be over, in the time of the loop."""
        self.address: str | None = None
        self.is_reused = False
        """Whether it goes over a connection that was there."""
        self.first_byte: float | None = None
        """Seconds from when there was a connection."""
        self.response: ClientResponse | None = None
        self.body = b""
        """What was read of it."""
        self.is_over = False
        self.is_overdue = False
        """Whether its task was cancelled for taking too long."""

    def begin(self) -> None:
        """Cancel the task that runs, once a step or the whole takes too long."""
        self._task = asyncio.current_task()
        self._check_at(min(self.until, self._began + self._check_in))

    def end(self) -> None:
        """Watch it no longer."""
        self.is_over = True
        if self._checked is not None:
            self._checked.cancel()

    def enter(self, step: Step) -> None:
        """Go on to a step: the one before is over, and the limit is that of this one."""
        now = self._loop.time()
        self._took.append((self.step, now - self._entered))
        self.step, self._entered = step, now

    def restart(self) -> None:
        """Begin anew on another connection, with what is left of the time."""
        self.enter(Step.DNS)
        self.address, self.is_reused, self.first_byte = None, False, None
        self._took.clear()

    def hear(self) -> None:
        """Note the first byte that came back."""
        if self.first_byte is None:
            self.first_byte = self._loop.time() - self._entered

    def timings(self) -> Timings:
        """Return how long everything took."""
        now = self._loop.time()
        took: dict[str, float] = {}
        for step, seconds in (*self._took, (self.step, now - self._entered)):
            # On a connection that was there, nothing was looked up.
            if not self.is_reused and step in _TIMED:
                took[_TIMED[step]] = seconds * 1000
        first_byte = None if self.first_byte is None else self.first_byte * 1000
        return Timings(first_byte=first_byte, total=(now - self._began) * 1000, **took)

    def _check(self) -> None:
        # Moving a timer with every step would cost more than all else here; this one looks again.
        now = self._loop.time()
        ends_at = min(self.until, self._entered + self._limit_of(self.step))
        if now < ends_at:
            self._check_at(min(ends_at, now + self._check_in))
        elif self._task is not None:
            self.is_overdue = True
            self._task.cancel()

    def _check_at(self, instant: float) -> None:
        self._checked = self._loop.call_at(instant, self._check)

    def _limit_of(self, step: Step) -> float:
        limits = self._limits
        match step:
            case Step.DNS:
                return limits.dns
            case Step.CONNECT:
                return limits.connect
            case Step.TLS:
                return limits.tls
            case Step.HEADERS:
                return limits.headers
            case Step.BODY:
                return limits.total
