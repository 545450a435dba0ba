"""Delivering without a worker: what is due, once, or until somebody asks for the end."""

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

from mentorflow.engine.courier import Courier
from mentorflow.errors import MissingExtra, StoreUnavailable

log = logging.getLogger("mentorflow.webhooks")


def deliver_due(courier: Courier) -> int:
    """Send what is due, and wait for the answers; return how many requests were made."""
    with closing(courier):
        while courier.work():
            pass
    return courier.sent


def deliver_until(
    courier: Courier,
    is_asked: Callable[[], bool],
    wait: Callable[[float], object],
    *,
    poll: timedelta,
) -> None:
    """Send whatever is due, until it is asked to end; what is under way is finished."""
    with closing(courier):
        while not is_asked():
            rest = _rest_after_work(courier, poll)
            if rest:
                wait(rest.total_seconds())


def _rest_after_work(courier: Courier, poll: timedelta) -> timedelta:
    try:
        return timedelta() if courier.work() else courier.rest(poll)
    except (StoreUnavailable, MissingExtra) as failed:
        # A server that restarts comes back, and nobody need start us again for that.
        log.warning("courier.waits error=%s", str(failed).partition("\n")[0])
    except Exception:
        # A border: nobody would start this thread again.
        log.exception("courier.failed")
    return poll
