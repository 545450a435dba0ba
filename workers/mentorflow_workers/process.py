"""One process of a worker: it opens what it needs, does its part, and ends when it is told to.

Told to end it is by a signal, or by the end of its standard input: the supervisor holds the other
end, so that nothing it started outlives it.
"""

import atexit
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from threading import Event, Thread

from mentorflow.clock import SystemClock
from mentorflow.engine.carrier import Carrier
from mentorflow.engine.channels import Channel, LogChannel
from mentorflow.engine.courier import LEASE
from mentorflow.engine.library import Library
from mentorflow.engine.packs import Packs
from mentorflow.engine.pruner import Pruner
from mentorflow.engine.relay import QUEUED_FOR, Relay
from mentorflow.engine.rescuer import Rescuer
from mentorflow.engine.timekeeper import Timekeeper
from mentorflow.engine.tracing import trace_with
from mentorflow.engine.watching import watch_with
from mentorflow.engine.webhooks import Webhooks
from mentorflow.errors import MentorflowError
from mentorflow.store.store import Store
from mentorflow_workers.courier import CourierDuty
from mentorflow_workers.duties import DutyName
from mentorflow_workers.duty import Duty
from mentorflow_workers.heartbeat import alive
from mentorflow_workers.listener import ListenerDuty
from mentorflow_workers.logs import log_as
from mentorflow_workers.pruner import PrunerDuty
from mentorflow_workers.relay import RelayDuty
from mentorflow_workers.rescuer import RescuerDuty
from mentorflow_workers.settings import Settings
from mentorflow_workers.timekeeper import TimekeeperDuty
from mentorflow_workers.watch import Watch

ENVIRONMENT = "MENTORFLOW_WORKER_SETTINGS"
"""Holds a process's settings: an argument would show the database's password to everybody."""
_STDIN = 0
_STUCK = 1
"""The exit status of a process whose threads were lost."""
log = logging.getLogger("mentorflow.worker")


def main(part: str) -> int:
    """Run one part of a worker in this process."""
    settings = Settings.model_validate_json(os.environ[ENVIRONMENT])
    log_as(settings.log_format)
    if settings.metrics_port is not None:
        from mentorflow_workers.metrics import counting

        watch_with(counting())
    if settings.tracing:
        trace_with()
    try:
        return _run(settings, part)
    except MentorflowError as refused:
        log.error("worker.failed part=%s error=%s", part, str(refused).partition("\n")[0])  # noqa: TRY400  # it says what is wrong, its trace does not
        return 1
    except Exception:
        log.exception("worker.failed part=%s", part)
        return 1


def _run(settings: Settings, part: str) -> int:
    with (
        told_to_end() as end,
        closing(Store(settings.db, SystemClock())) as store,
        alive(store, part, settings.duties_of(part)),
    ):
        if part == "carrier":
            return _carry(settings, store, end)
        return _keep(settings, store, end)


@contextmanager
def told_to_end() -> Iterator[Event]:
    """Give what is set once this process is to end."""
    end = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: end.set())
    Thread(target=_follow_supervisor, args=(end,), name="supervised", daemon=True).start()
    yield end


def _follow_supervisor(end: Event) -> None:
    # Not by sys.stdin, whose lock this thread would still hold when the interpreter ends.
    while os.read(_STDIN, 1):
        pass
    end.set()


def _library() -> Library:
    return Library.of(Packs())


def _carrier(settings: Settings, store: Store) -> Carrier:
    """Return who carries claims out here: the app's Carrier, or one with the channels set up."""
    if settings.app is not None:
        from mentorflow_workers.app import engine_named

        return engine_named(settings.app).carrier
    return Carrier(store, _library(), _channels())


def _channels() -> Sequence[Channel]:
    from mentorflow_workers.channels.configured import channels_of_environment

    return (*channels_of_environment(), LogChannel())


def _carry(settings: Settings, store: Store, end: Event) -> int:
    from mentorflow_workers.queue import Queue, open_broker
    from mentorflow_workers.threads import Threads

    broker = open_broker(settings.redis or "")
    carrier = _carrier(settings, store)
    Queue(broker, partial(carrier.carry, within=settings.lease))
    worker = Threads(broker, settings.threads)
    worker.start()
    log.info("worker.ready part=carrier threads=%d", settings.threads)
    watch = Watch(carrier, settings.lease, threads=settings.threads)
    is_stuck = watch.until(end)
    grace = min(settings.grace, watch.patience) if is_stuck else settings.grace
    worker.stop(timeout=int(grace.total_seconds() * 1000))
    broker.close()
    return _STUCK if is_stuck else 0


def _keep(settings: Settings, store: Store, end: Event) -> int:
    carries_itself = settings.redis is None and settings.has(DutyName.CARRIER)
    carrier = _carrier(settings, store) if carries_itself else None
    duties = list(_duties(settings, store, carrier))
    for duty in duties:
        duty.start()
    log.info("worker.ready part=keeper duties=%s", ",".join(duty.name for duty in duties))
    is_stuck = False
    if carrier is None:
        end.wait()
    else:
        is_stuck = Watch(carrier, settings.lease, threads=1).until(end)
    for duty in duties:
        duty.stop()
    for duty in duties:
        if not duty.join(settings.grace):
            log.warning("duty.abandoned duty=%s", duty.name)
    return _STUCK if is_stuck else 0


def _duties(settings: Settings, store: Store, carrier: Carrier | None) -> Sequence[Duty]:
    relay = _relay(settings, store, carrier) if settings.has(DutyName.RELAY) else None
    wake_relay = _nobody if relay is None else relay.wake
    duties: list[Duty] = [] if relay is None else [relay]
    if relay is not None and not settings.is_on_sqlite:
        duties.append(ListenerDuty(store, heard=relay.wake))
    if settings.has(DutyName.TIMEKEEPER):
        timekeeper = Timekeeper(store, _library())
        duties.append(TimekeeperDuty(settings.poll, timekeeper, fired=wake_relay))
    if settings.has(DutyName.COURIER):
        webhooks = Webhooks(store, _library(), _channels())
        courier = webhooks.courier(lease=min(LEASE, settings.lease))
        duties.append(CourierDuty(settings.poll, courier))
    if settings.has(DutyName.RESCUER):
        duties.append(RescuerDuty(Rescuer(store), rescued=wake_relay))
    if settings.has(DutyName.PRUNER):
        duties.append(PrunerDuty(Pruner(store, kept_for=settings.kept_for)))
    return duties


def _relay(settings: Settings, store: Store, carrier: Carrier | None) -> RelayDuty:
    relay = Relay(store, queued_for=min(QUEUED_FOR, settings.lease))
    if carrier is not None:
        return RelayDuty(settings.poll, relay, partial(carrier.carry, within=settings.lease))
    from mentorflow_workers.queue import Queue, open_broker

    queue = Queue(open_broker(settings.redis or ""))
    return RelayDuty(settings.poll, relay, queue.put, is_full=queue.is_full)


def _nobody() -> None:
    """Wake nobody: the effects are another machine's Relay's."""


if __name__ == "__main__":
    atexit.register(gc.freeze)  # to look through all objects at the end takes a fifth of a second
    sys.exit(main(sys.argv[1]))
