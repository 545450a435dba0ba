"""The Heartbeat: writes down, again and again, that a process of a worker is alive."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta

from mentorflow import __version__
from mentorflow.store.rows import WorkerProcess
from mentorflow.store.store import Store

EVERY = timedelta(seconds=10)
SILENT = timedelta(seconds=35)
"""Who was not seen for so long has missed three signs of life: it is dead, or cut off."""
KEPT_FOR = timedelta(days=1)
"""How long the silent are kept, for somebody to see that they were there."""


class Heartbeat:
    """Tell others that this process is alive, and what it does."""

    def __init__(self, store: Store, *, id_: str, part: str, duties: Sequence[str]) -> None:
        self._store = store
        self._id = id_
        self._part = part
        self._duties = tuple(duties)
        self._started_at: datetime | None = None

    def beat(self) -> None:
        """Give a sign of life."""
        with self._store.transaction() as transaction:
            now = transaction.now()
            self._started_at = self._started_at or now
            transaction.put_worker(
                WorkerProcess(
                    id=self._id,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    part=self._part,
                    duties=self._duties,
                    version=__version__,
                    started_at=self._started_at,
                    seen_at=now,
                )
            )

    def end(self) -> None:
        """Say that this process has ended as it was told to."""
        with self._store.transaction() as transaction:
            transaction.delete_worker(self._id)
