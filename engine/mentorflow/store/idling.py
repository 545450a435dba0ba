"""Pipelines in which PostgreSQL counts how long its client stands still.

It counts from its answer to a Sync until anything comes. psycopg ends statements by nothing, and
what is waited for by a Flush: a process that stops in the middle would never be timed.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import psycopg

from mentorflow.store.rows import Row


def limit(pipeline: psycopg.Pipeline) -> None:
    """Have a Sync follow each command, in the same piece of what is sent, and its answer come."""
    pipeline.command_queue = _Commands(pipeline)
    pipeline.result_queue = _Results(pipeline.result_queue)


class LimitedCursor(psycopg.Cursor[Row]):
    """Wait for what was read without a Flush, which would end the count."""

    pipeline: psycopg.Pipeline

    def fetchone(self) -> Row | None:
        self._wait()
        return super().fetchone()

    def fetchall(self) -> list[Row]:
        self._wait()
        return super().fetchall()

    def _wait(self) -> None:
        if self.pgresult is None:
            self.pipeline.sync()


class _Commands(deque[Callable[[], None]]):
    """Commands that are to be sent."""

    def __init__(self, pipeline: psycopg.Pipeline) -> None:
        super().__init__(pipeline.command_queue)
        self._sync = pipeline.pgconn.pipeline_sync

    def append(self, command: Callable[[], None]) -> None:
        def with_sync() -> None:
            command()
            self._sync()

        super().append(with_sync)


class _Results(deque[Any]):
    """Who gets the results that come: nobody those of a Sync."""

    def append(self, result: Any) -> None:
        super().append(result)
        super().append(None)
