"""An endpoint while a Courier serves it: what is under way to it, and how much more may be."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor

from mentorflow import __version__
from mentorflow.core.delivering import BREAKS_AFTER, HOLDING, OVERLOADED, Health
from mentorflow.outbound.messages import Answer, Failure, Request
from mentorflow.store.webhooks import AttemptKey, Begun, Served
from mentorflow.webhooks.keys import Signer
from mentorflow.webhooks.signing import headers_by

MOST_FLYING = 8
"""Requests that are under way to one endpoint at once."""
_MOST_READY = 40
"""Begun deliveries of one endpoint that wait for one of them to come back."""
_FEW_READY = 16
"""With fewer of them, more are begun: these are sent meanwhile."""
_MARKED_FOR = timedelta(seconds=5)
"""How old a watermark may get: an old one is true, and low."""
_SECOND = timedelta(seconds=1)
_LOOK_AGAIN = timedelta(milliseconds=100)
"""Where there was nothing more, it is looked again so much later: many endpoints are served."""
_USER_AGENT = f"mentorflow/{__version__}"


@dataclass(slots=True)
class Serving:
    """An endpoint that is being served."""

    served: Served
    free_at: datetime
    """From when on its rate allows one more."""
    keys: Sequence[Signer] = ()
    """What its notices are signed with, by now."""
    keys_until: datetime | None = None
    """When the first of them signs no more, if one was rotated out."""
    headers: Mapping[str, str] = field(default_factory=dict)
    health: Health = field(default_factory=Health)
    ready: deque[Begun] = field(default_factory=deque)
    """Begun deliveries of which nothing was sent yet."""
    flying: int = 0
    unsettled: set[AttemptKey] = field(default_factory=set)
    """Those that are under way, or came back and are not settled yet."""
    failures: int = 0
    """In a row, those that are not settled yet among them."""
    watermark: str = "0-0"
    """The cursor up to which it has had everything, or will not get it any more."""
    watermark_at: datetime | None = None
    lanes: int = MOST_FLYING
    """How many requests may be under way to it: fewer while it is overloaded."""
    looked_at: datetime | None = None
    """When all that was due had been begun."""
    is_paused: bool = False
    """Whether nothing is sent until what came back is settled, since it may hold the others."""

    @property
    def begun(self) -> Iterator[AttemptKey]:
        """All attempts that have begun and are not settled."""
        yield from self.unsettled
        yield from (one.key for one in self.ready)

    @property
    def most_flying(self) -> int:
        """How many requests may be under way to it."""
        return 1 if self.failures >= BREAKS_AFTER else self.lanes

    @property
    def wants_turn(self) -> bool:
        """Whether it soon has nothing to send, or waits for what came back to be settled."""
        return self.is_paused or len(self.ready) < _FEW_READY

    def needs_watermark(self, now: datetime) -> bool:
        """Whether its watermark is not known, or not of late."""
        return self.watermark_at is None or now - self.watermark_at >= _MARKED_FOR

    def room(self, now: datetime) -> int:
        """Return how many more may be begun at an instant."""
        if not self.served.is_enabled or self.health.is_held(now):
            return 0
        if self.looked_at is not None and now < self.looked_at + _LOOK_AGAIN:
            return 0
        most = self.most_flying
        if most > 1:
            most += _MOST_READY
        return min(most - self.flying - len(self.ready), self._allowed(now))

    def spend(self, now: datetime, many: int) -> bool:
        """Take what was begun from the rate of the endpoint, and return whether it has one."""
        if self.served.per_minute is None or not many:
            return False
        step = timedelta(minutes=1) / self.served.per_minute
        self.free_at = max(self.free_at, now - _SECOND) + step * many
        return True

    def request(self, begun: Begun, at: datetime) -> Request:
        """Return the request of a delivery, signed for an instant."""
        body = begun.body.encode()
        headers = {
            **self.headers,
            "content-type": begun.form.content_type,
            "user-agent": _USER_AGENT,
            "webhook-watermark": self.watermark,
            **headers_by(self.keys, begun.notice, at, body),
        }
        return Request(url=self.served.url, headers=headers, body=body)

    def hear(self, answer: Answer) -> None:
        """Note what came back, before it is settled."""
        self.flying -= 1
        self.failures = 0 if answer.is_success else self.failures + 1
        if answer.is_success:
            self.lanes = min(self.lanes + 1, MOST_FLYING)
        elif answer.status in OVERLOADED or answer.failure is Failure.TIMEOUT:
            self.lanes = max(self.lanes // 2, 1)
        is_told = answer.status in HOLDING or answer.control is not None
        self.is_paused = self.is_paused or is_told or self.failures >= BREAKS_AFTER

    def _allowed(self, now: datetime) -> int:
        """Return how many its rate allows now."""
        per_minute = self.served.per_minute
        if per_minute is None:
            return MOST_FLYING + _MOST_READY
        behind = min(now - self.free_at, _SECOND)  # what was not used is not made up for
        return floor(behind * per_minute / timedelta(minutes=1)) + 1
