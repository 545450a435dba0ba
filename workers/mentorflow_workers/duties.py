"""What a worker can do, by name; any number of workers may do the same."""

from enum import StrEnum


class DutyName(StrEnum):
    """A duty of a worker."""

    TIMEKEEPER = "timekeeper"
    """Fire due timers."""
    RELAY = "relay"
    """Hand effects from the outbox to the queue."""
    CARRIER = "carrier"
    """Carry effects out: messages, escalations, calls to the host."""
    PRUNER = "pruner"
    """Take away effects that were done long ago."""
