"""Endpoints for tests, each with a receiver behind it that verifies what comes."""

from typing import Any

from builders import Host
from mentorflow import Engine
from receiver import Receiver


def add(host: Host, receiver: Receiver, **given: Any) -> str:
    """Add an endpoint for a receiver, which gets its secret and the host's clock; return its id."""
    made = host.engine.webhooks.add(receiver.url, reason="a test", **given)
    receiver.secrets.append(made.secret)
    receiver.now = host.clock.now
    return made.endpoint.id


def live(url: str, receiver: Receiver) -> str:
    """Add an endpoint on a database others work on, and have four notices told; return its id."""
    with Engine(url, channels=()) as engine:
        made = engine.webhooks.add(receiver.url, reason="a test")
        receiver.secrets.append(made.secret)
        started = engine.start(mentee="mentee-1", mentors=["mentor-1"], program="program-1")
        engine.send(started.id, "mentor.accepted", by="mentor-1")
        return made.endpoint.id
