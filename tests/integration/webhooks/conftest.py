"""Fixtures: hosts that may send webhooks to this machine, on a database of each kind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from builders import Host, open_host
from mentorflow.engine.sealing import new_key

OpenHost = Callable[..., Host]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for secrets, and the leave to send to this machine."""
    monkeypatch.setenv("MENTORFLOW_SECRET_KEY", new_key())
    monkeypatch.setenv("MENTORFLOW_WEBHOOK_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def open_on(database_url: str) -> Iterator[OpenHost]:
    """Open hosts on this test's database: `open_on(workflow)`."""
    with ExitStack() as stack:

        def opened(*arguments: Any, **named: Any) -> Host:
            host = open_host(database_url, *arguments, **named)
            stack.callback(host.engine.close)
            return host

        yield opened


@pytest.fixture
def host(open_on: OpenHost) -> Host:
    """A host that lives the small life."""
    return open_on()
