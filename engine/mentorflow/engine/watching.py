"""Watching the engine at work: one watcher for the whole process, told after each commit."""

from collections.abc import Sequence
from datetime import datetime

from mentorflow.store.transaction import FinishedEffect


class Watcher:
    """Take no notice; who wants to count or to measure overrides what it is told."""

    def timers_fired(self, due: Sequence[datetime], now: datetime) -> None:
        """Hear when timers were due that were fired now."""

    def attempts_ended(self, finished: Sequence[FinishedEffect]) -> None:
        """Hear what became of attempts at effects."""

    def webhooks_sent(self, results: Sequence[str]) -> None:
        """Hear what became of webhooks: each `done`, `pending` (to be sent again) or `failed`."""

    def leases_rescued(self, stages: Sequence[str]) -> None:
        """Hear of leases that were lost, each with how far its effect had come."""


class _Watching:
    """Who watches in this process."""

    watcher = Watcher()


def watcher() -> Watcher:
    """Return who watches."""
    return _Watching.watcher


def watch_with(chosen: Watcher) -> None:
    """Have everything that happens in this process told to a watcher."""
    _Watching.watcher = chosen
