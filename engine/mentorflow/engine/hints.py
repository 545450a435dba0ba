"""Hints: telling workers of new effects soon after a commit, off the way of the event itself."""

import logging
from contextlib import suppress
from threading import Event, Lock, Thread

from mentorflow.errors import StoreUnavailable
from mentorflow.store.store import Store

_TOGETHER = 0.01
"""Seconds between two hints: all that comes meanwhile becomes one."""
_PATIENCE = 5.0
"""Seconds for a hint under way; a database that hangs must not hang the end of its host."""
log = logging.getLogger("mentorflow.hints")


class Hints:
    """Tell listening workers that the outbox has something; they look by themselves, only later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_wanted = False
        self._given = Event()
        self._closed = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def give(self) -> None:
        """Say that effects were committed."""
        # A thread does not live on in a process that was forked: there it is started anew.
        if self._thread is None or not self._thread.is_alive():
            # The event is committed: where no thread can be had, workers look by themselves.
            with suppress(RuntimeError):
                self._start()
        self._is_wanted = True
        self._given.set()

    def close(self) -> None:
        """Give the last hint, if there is one to give, and no more."""
        self._closed.set()
        self._given.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._pass_on, name="mentorflow-hints", daemon=True)
                self._thread.start()

    def _pass_on(self) -> None:
        # The first hint goes out at once; those that come right after it wait for each other.
        while self._given.wait():
            self._given.clear()
            if self._is_wanted:
                self._is_wanted = False
                self._notify()
            if self._closed.wait(_TOGETHER) and not self._is_wanted:
                break

    def _notify(self) -> None:
        try:
            with self._store.transaction() as transaction:
                transaction.give_hint()
        except StoreUnavailable as failed:
            log.debug("hint.lost error=%s", failed)  # workers look by themselves
