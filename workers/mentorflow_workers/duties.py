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
    COURIER = "courier"
    """Send webhooks to the endpoints that want them."""
    RESCUER = "rescuer"
    """Set effects free whose lease is over: their Carrier died, or the queue lost them."""
    PRUNER = "pruner"
    """Take away effects that were done, and notices that were told, long ago."""
