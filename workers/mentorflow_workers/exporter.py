"""The exporter: answers Prometheus for a whole worker, from the process that supervises it.

It adds up what the processes have counted, and asks the database how the work stands: one glance
for each scrape, whatever the size of the population.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from mentorflow.clock import SystemClock
from mentorflow.engine.heartbeat import SILENT
from mentorflow.errors import MentorflowError
from mentorflow.store.deliveries import list_endpoints
from mentorflow.store.store import Store
from mentorflow.store.workload import Workload, workers, workload
from mentorflow_workers.metrics import COUNTED, FOLDER, Family, Kind
from mentorflow_workers.supervisor import Supervisor

log = logging.getLogger("mentorflow.worker")
_MOST_ENDPOINTS = 10_000
_PATIENCE = 5.0
"""Seconds to wait for the glance of another scrape."""

UP = Family("mentorflow_database_up", Kind.GAUGE, "Whether the database answered this scrape.")
TIMERS = Family("mentorflow_timers_due", Kind.GAUGE, "Timers that are due and not fired yet.")
TIMER_AGE = Family(
    "mentorflow_timers_due_age_seconds", Kind.GAUGE, "How long the timer due first has waited."
)
OUTBOX = Family(
    "mentorflow_outbox_effects",
    Kind.GAUGE,
    "Pending effects: to be carried out now, or later because somebody holds or retries them.",
    ("when",),
)
OUTBOX_AGE = Family(
    "mentorflow_outbox_age_seconds", Kind.GAUGE, "How long the effect due first has waited."
)
LEASES = Family(
    "mentorflow_leases_over", Kind.GAUGE, "Leases that are over and not rescued yet, to 1000."
)
FAILED = Family("mentorflow_effects_failed", Kind.GAUGE, "Effects that were given up.")
ESCALATIONS = Family("mentorflow_escalations_open", Kind.GAUGE, "Escalations that are not over.")
WAITING = Family(
    "mentorflow_webhooks_waiting",
    Kind.GAUGE,
    "Webhooks to enabled endpoints that are still to be taken.",
)
WAITING_AGE = Family(
    "mentorflow_webhooks_waiting_age_seconds",
    Kind.GAUGE,
    "How long the oldest webhook to an enabled endpoint has waited.",
)
FAILING = Family(
    "mentorflow_endpoints_failing", Kind.GAUGE, "Enabled endpoints whose last answer was a failure."
)
PROCESSES = Family(
    "mentorflow_processes_alive",
    Kind.GAUGE,
    "Processes of all workers on this database that gave a sign of life lately.",
    ("part",),
)
DEATHS = Family(
    "mentorflow_process_deaths_total",
    Kind.COUNTER,
    "Processes of this worker that ended without being told to.",
    ("part",),
)
FAMILIES = (
    *COUNTED,
    DEATHS,
    UP,
    TIMERS,
    TIMER_AGE,
    OUTBOX,
    OUTBOX_AGE,
    LEASES,
    FAILED,
    ESCALATIONS,
    WAITING,
    WAITING_AGE,
    FAILING,
    PROCESSES,
)
"""All metrics there are."""


@contextmanager
def exported(supervisor: Supervisor) -> Iterator[None]:
    """Answer Prometheus while a worker runs, if that is wanted."""
    settings = supervisor.settings
    if settings.metrics_port is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="mentorflow-metrics-") as folder:
        supervisor.environment[FOLDER] = folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        registry.register(DeathsCollector(supervisor))
        glance = WorkloadCollector(settings.db)
        registry.register(glance)
        server, thread = start_http_server(
            settings.metrics_port, settings.metrics_host, registry=registry
        )
        log.info("metrics.ready host=%s port=%d", *server.server_address[:2])
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            glance.close()


class DeathsCollector(Collector):
    """Tell how often processes died."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def collect(self) -> Iterator[Metric]:
        found = CounterMetricFamily(DEATHS.name, DEATHS.help, labels=DEATHS.labels)
        for name in sorted({part.name for part in self._supervisor.parts}):
            deaths = sum(part.deaths for part in self._supervisor.parts if part.name == name)
            found.add_metric([name], deaths)
        yield found


class WorkloadCollector(Collector):
    """Tell how the work stands, as the database has it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: Store | None = None
        self._one_at_a_time = Lock()

    def close(self) -> None:
        """Give the connection back."""
        if self._store is not None:
            self._store.close()

    def collect(self) -> Iterator[Metric]:
        # A database that hangs holds up one scrape, and not a thread for every scrape.
        if not self._one_at_a_time.acquire(timeout=_PATIENCE):
            yield _gauge(UP, 0)
            return
        try:
            yield from list(self._read())
        except MentorflowError as failed:
            reason = str(failed).partition("\n")[0]
            log.warning("metrics.incomplete error=%s", reason)
            yield _gauge(UP, 0)
        finally:
            self._one_at_a_time.release()

    def _read(self) -> Iterator[Metric]:
        if self._store is None:
            self._store = Store(self._url, SystemClock())
        found = workload(self._store)
        yield _gauge(UP, 1)
        yield from _glance(found)
        yield from _webhooks(self._store, found.now)
        alive = GaugeMetricFamily(PROCESSES.name, PROCESSES.help, labels=PROCESSES.labels)
        parts = [one.part for one in workers(self._store) if found.now - one.seen_at <= SILENT]
        for part in sorted(set(parts)):
            alive.add_metric([part], parts.count(part))
        yield alive


def _glance(found: Workload) -> Iterator[Metric]:
    yield _gauge(TIMERS, found.timers_due)
    yield _gauge(TIMER_AGE, found.timers_wait)
    outbox = GaugeMetricFamily(OUTBOX.name, OUTBOX.help, labels=OUTBOX.labels)
    outbox.add_metric(["now"], found.effects_due)
    outbox.add_metric(["later"], found.effects_later)
    yield outbox
    yield _gauge(OUTBOX_AGE, found.effects_wait)
    yield _gauge(LEASES, found.leases_over)
    yield _gauge(FAILED, found.effects_failed)
    yield _gauge(ESCALATIONS, found.escalations_open)


def _webhooks(store: Store, now: datetime) -> Iterator[Metric]:
    with store.snapshot() as transaction:
        faring = list_endpoints(transaction, after="", most=_MOST_ENDPOINTS)
    enabled = [one for one in faring if one.endpoint.status == "enabled"]
    since = min((one.oldest_at for one in enabled if one.oldest_at is not None), default=now)
    yield _gauge(WAITING, sum(one.waiting for one in enabled))
    yield _gauge(WAITING_AGE, max((now - since).total_seconds(), 0.0))
    yield _gauge(FAILING, sum(one.health.failing_since is not None for one in enabled))


def _gauge(family: Family, value: float) -> Metric:
    return GaugeMetricFamily(family.name, family.help, value=value)
