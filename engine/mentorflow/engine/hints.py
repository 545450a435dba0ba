"""Hints: telling workers of new effects soon after a commit, off the way of the event itself."""

import logging
from threading import Event, Lock, Thread

from mentorflow.errors import StoreUnavailable
from mentorflow.store.store import Store

_TOGETHER = 0.01
"""Seconds between two hints: all that comes meanwhile becomes one."""
log = logging.getLogger("mentorflow.hints")


class Hints:
    """Tell listening workers that the outbox has something; they look by themselves, only later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given = Event()
        self._closed = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def give(self) -> None:
        """Say that effects were committed."""
        # A thread does not live on in a process that was forked: there it is started anew.
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._given.set()

    def close(self) -> None:
        """Give no more hints."""
        self._closed.set()
        self._given.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._pass_on, name="mentorflow-hints", daemon=True)
                self._thread.start()

    def _pass_on(self) -> None:
        # The first hint goes out at once; those that come right after it wait for each other.
        while self._given.wait() and not self._closed.is_set():
            self._given.clear()
            try:
                with self._store.transaction() as transaction:
                    transaction.give_hint()
            except StoreUnavailable as failed:
                log.debug("hint.lost error=%s", failed)  # workers look by themselves
            self._closed.wait(_TOGETHER)
