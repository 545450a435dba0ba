"""Taking turns at SQLite's one write lock, for work that takes it again and again."""

from threading import Event
from time import monotonic

from mentorflow.store.store import Store

_LONGEST = 1.0
"""Seconds for which others may find the lock taken whenever they look."""
_PAUSE = 0.11
"""Who has waited for a while looks for the lock every tenth of a second."""


class Turns:
    """The turns of one piece of work."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_alone = store.dialect != "sqlite"
        self._since = monotonic()

    def give_way(self) -> None:
        """Leave the lock to others for a moment, where they have not had it for long.

        SQLite keeps no queue: without a pause, whoever waits would hardly ever find it free. What
        the steps of the work have written ahead is copied meanwhile, which takes no lock.
        """
        if self._is_alone or monotonic() - self._since < _LONGEST:
            return
        began = monotonic()
        self._store.copy_what_was_written_ahead()
        Event().wait(max(began + _PAUSE - monotonic(), 0))
        self._since = monotonic()
