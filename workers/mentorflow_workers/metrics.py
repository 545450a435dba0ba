"""The metrics of a worker: their names, and the counting of what happens in one process."""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram, values

from mentorflow.engine.watching import Watcher
from mentorflow.store.transaction import FinishedEffect
from mentorflow_workers.heartbeat import place

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which processes count; prometheus_client looks for it as well."""
_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
"""Seconds, from what a worker in good health needs to what an outage of a day costs."""
_RESULTS = {"done": "done", "pending": "retried", "failed": "failed"}


class Kind(StrEnum):
    """How a metric is to be read."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Family(NamedTuple):
    """One metric, with all its labels."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


LATENESS = Family(
    "mentorflow_timer_lateness_seconds",
    Kind.HISTOGRAM,
    "From when a timer was due to when it fired; its count is that of all that fired.",
)
ATTEMPTS = Family(
    "mentorflow_effect_attempts_total",
    Kind.COUNTER,
    "Attempts at effects, by the kind of effect and the result: done, retried or failed for good.",
    ("kind", "result"),
)
RESCUED = Family(
    "mentorflow_leases_rescued_total",
    Kind.COUNTER,
    "Leases that were lost; the effect was queued for a Carrier, or begun by one.",
    ("stage",),
)
WEBHOOKS = Family(
    "mentorflow_webhook_attempts_total",
    Kind.COUNTER,
    "Webhooks that were sent, by the result: done, retried or failed for good.",
    ("result",),
)
COUNTED = (LATENESS, ATTEMPTS, RESCUED, WEBHOOKS)
"""What processes count; all others are read when somebody asks."""


class Metrics(Watcher):
    """Count what happens in this process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self._lateness = LatenessHistogram(
            LATENESS.name, LATENESS.help, buckets=_BUCKETS, registry=registry
        )
        self._attempts = Counter(ATTEMPTS.name, ATTEMPTS.help, ATTEMPTS.labels, registry=registry)
        self._webhooks = Counter(WEBHOOKS.name, WEBHOOKS.help, WEBHOOKS.labels, registry=registry)
        self._rescued = Counter(RESCUED.name, RESCUED.help, RESCUED.labels, registry=registry)

    def timers_fired(self, due: Sequence[datetime], now: datetime) -> None:
        if due:
            self._lateness.observe_all([max((now - at).total_seconds(), 0.0) for at in due])

    def attempts_ended(self, finished: Sequence[FinishedEffect]) -> None:
        tally = Tally((found.effect.kind, _RESULTS[found.status]) for found in finished)
        for labels, count in tally.items():
            self._attempts.labels(*labels).inc(count)

    def webhooks_sent(self, results: Sequence[str]) -> None:
        for result, count in Tally(_RESULTS[one] for one in results).items():
            self._webhooks.labels(result).inc(count)

    def leases_rescued(self, stages: Sequence[str]) -> None:
        for stage, count in Tally(stages).items():
            self._rescued.labels(stage).inc(count)


class LatenessHistogram(Histogram):
    """A histogram that takes a batch at once: one by one, it would cost as much as to fire them."""

    def observe_all(self, seconds: Sequence[float]) -> None:
        """Observe each of many amounts."""
        self._sum.inc(sum(seconds))
        tally = Tally(bisect_left(self._upper_bounds, amount) for amount in seconds)
        for bucket, count in tally.items():
            self._buckets[bucket].inc(count)


def counting() -> Metrics:
    """Return the metrics of this process, counted in the folder of its worker.

    By the process's place in the worker, not by its number: the one that follows it goes on
    counting where it ended, and a worker whose processes die often does not fill the disk.
    """
    identified = values.MultiProcessValue(place)  # type: ignore[no-untyped-call]
    values.ValueClass = identified
    return Metrics()
