"""Clients with little patience, and receivers that try it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from mentorflow.outbound.client import Client
from mentorflow.outbound.fake_receiver import FakeReceiver, Manner
from mentorflow.outbound.messages import Limits, Request
from mentorflow.outbound.rules import Rules

NOW = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
PATIENCE = Limits(connect=2.0, tls=2.0, headers=0.5, total=1.0)
"""Long enough for a busy machine to answer, short enough to wait for what never comes."""
MakeClient = Callable[..., Client]
MakeReceiver = Callable[..., FakeReceiver]


def request(url: str, **changes: Any) -> Request:
    """Return a request as it is sent for an event."""
    given: dict[str, Any] = {
        "url": url,
        "headers": {"webhook-id": "evt_1", "content-type": "application/json"},
        "body": b'{"type":"test.ping"}',
    }
    return Request(**given | changes)


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Open clients that may send to this machine."""
    with ExitStack() as stack:

        def make(rules: Rules | None = None, **more: Any) -> Client:
            given: dict[str, Any] = {"now": lambda: NOW, "limits": PATIENCE, **more}
            return stack.enter_context(Client(rules or Rules.for_development(), **given))

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> Client:
    """A client that may send to this machine."""
    return make_client()


@pytest.fixture
def make_receiver() -> Iterator[MakeReceiver]:
    """Start receivers."""
    with ExitStack() as stack:

        def make(behave: Any = "ok", **more: Any) -> FakeReceiver:
            given = {"manner": Manner(pace=0.02)} | more
            return stack.enter_context(FakeReceiver(behave, **given))

        yield make


@pytest.fixture
def receiver(make_receiver: MakeReceiver) -> FakeReceiver:
    """A receiver that takes everything, and does what the path says."""
    return make_receiver()
