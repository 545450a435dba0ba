"""Fixtures: hosts that may send webhooks to this machine, on a database of each kind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from builders import Host, open_host

OpenHost = Callable[..., Host]


@pytest.fixture(autouse=True)
def settings(sends_webhooks: None) -> None:
    """Every test here sends webhooks."""


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
