"""Hearing hints of new effects, on a PostgreSQL connection of one's own."""

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

    def __enter__(self) -> Self:
        with our_errors():
            self._held = self._database.raw_connection()
            driver: Any = self._held.driver_connection
            driver.autocommit = True
            driver.execute(_LISTEN)
            self._driver = driver
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Not given back to the pool: it would go on listening there.
        self._held.invalidate()

    def hears_within(self, seconds: float) -> bool:
        """Wait for a hint; say whether one came."""
        with our_errors():
            return any(True for _ in self._driver.notifies(timeout=seconds, stop_after=1))
