"""Hearing hints of new effects, on a PostgreSQL connection of one's own."""

import selectors
import socket
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any, Self

from mentorflow.store.failing import our_errors
from mentorflow.store.store import Store

_LISTEN = "LISTEN mentorflow_effects"


class Listening:
    """Listen for hints while it is entered.

    Behind a pooler that shares connections between transactions nothing is heard; whoever
    listens looks for work by himself as well.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._woken, self._waking = socket.socketpair()

    def __enter__(self) -> Self:
        with our_errors():
            self._held = self._database.raw_connection()
            driver: Any = self._held.driver_connection
            try:
                driver.autocommit = True
                driver.execute(_LISTEN)
            except BaseException:
                self._let_go()
                raise
            self._driver = driver
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._let_go()

    def _let_go(self) -> None:
        # Not given back to the pool: it would go on listening there, and commit by itself.
        self._held.invalidate()
        self._waking.close()
        self._woken.close()

    def hears_within(self, seconds: float) -> bool:
        """Wait for a hint; say whether one came. Who is woken waits no longer."""
        until = monotonic() + seconds
        with our_errors():
            while not self._hears():
                if not self._is_told_something(max(until - monotonic(), 0)):
                    return False
        return True

    def wake(self) -> None:
        """End the wait, now and from now on; any thread may."""
        with suppress(OSError):  # closed, and nobody waits
            self._waking.send(b".")

    def _hears(self) -> bool:
        return any(True for _ in self._driver.notifies(timeout=0, stop_after=1))

    def _is_told_something(self, within: float) -> bool:
        """Wait until the server says something, which need not be a hint; say whether it did."""
        with selectors.DefaultSelector() as waiting:
            said = waiting.register(self._driver, selectors.EVENT_READ)
            waiting.register(self._woken, selectors.EVENT_READ)
            return any(key is said for key, _ in waiting.select(within))
