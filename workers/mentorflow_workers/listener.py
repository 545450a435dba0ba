"""The Listener's duty: hear of new effects, and wake the Relay."""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from mentorflow.store.listening import Listening
from mentorflow.store.store import Store
from mentorflow_workers.duty import Duty

_PATIENCE = 1.0
"""Seconds after which the connection is looked at."""


class ListenerDuty(Duty):
    """Hear hints as long as the connection lasts; then another one is made."""

    name: ClassVar[str] = "listener"

    def __init__(self, store: Store, *, heard: Callable[[], object]) -> None:
        super().__init__(timedelta())
        self._store = store
        self._heard = heard
        self._listening: Listening | None = None

    def stop(self) -> None:
        super().stop()
        if self._listening is not None:
            self._listening.wake()

    def work(self) -> int:
        heard = 0
        with Listening(self._store) as self._listening:
            self._heard()  # what came before is heard by nobody else
            while not self.is_to_end:
                if self._listening.hears_within(_PATIENCE):
                    heard += 1
                    self._heard()
        return heard
