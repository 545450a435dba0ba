"""Endpoints for tests, each with a receiver behind it that verifies what comes."""

from typing import Any

from builders import Host
from receiver import Receiver


def add(host: Host, receiver: Receiver, **given: Any) -> str:
    """Add an endpoint for a receiver, which gets its secret and the host's clock; return its id."""
    made = host.engine.webhooks.add(receiver.url, reason="a test", **given)
    receiver.secrets.append(made.secret)
    receiver.now = host.clock.now
    return made.endpoint.id
