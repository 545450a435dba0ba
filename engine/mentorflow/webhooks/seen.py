"""Which webhooks a process has taken already, for they come at least once."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from mentorflow.clock import Clock, SystemClock


class Seen:
    """Remember ids of webhooks, so many and so long. Safe to share between threads.

    Within four days, a sender that keeps to the example of Standard Webhooks has made its last
    attempt. The memory is one process's, and gone with it. Where several processes receive, or
    where nothing may be taken twice or missed, a table is the place: see how to receive webhooks.
    """

    def __init__(
        self, *, size: int = 100_000, age: timedelta = timedelta(days=4), clock: Clock | None = None
    ) -> None:
        self._size = size
        self._age = age
        self._clock = clock or SystemClock()
        self._since: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._since)

    def first(self, webhook_id: str) -> bool:
        """Return whether this id is new, and remember it; `forget` it if you fail to act on it."""
        now = self._clock.now()
        with self._lock:
            self._drop_older_than(now)
            if webhook_id in self._since:
                return False
            self._since[webhook_id] = now
            if len(self._since) > self._size:
                self._since.popitem(last=False)
            return True

    def forget(self, webhook_id: str) -> None:
        """Let the next attempt with this id be the first again."""
        with self._lock:
            self._since.pop(webhook_id, None)

    @contextmanager
    def taking(self, webhook_id: str) -> Iterator[bool]:
        """Give whether this id is new, and forget it if what is done with it fails."""
        is_first = self.first(webhook_id)
        try:
            yield is_first
        except BaseException:
            if is_first:
                self.forget(webhook_id)
            raise

    def _drop_older_than(self, now: datetime) -> None:
        while self._since:
            oldest = next(iter(self._since.values()))
            if now - oldest <= self._age:
                return
            self._since.popitem(last=False)
