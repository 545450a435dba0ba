"""Fixtures of the tests that look past the engine: hosts, stores, and who hears of webhooks."""

from collections.abc import Iterator

import pytest

from builders import Host, open_host
from mentorflow.engine.outside import NETWORKS
from mentorflow.engine.sealing import VARIABLE, new_key
from mentorflow.store.store import Store
from receiver import Receiver, receiving


@pytest.fixture
def host(database_url: str) -> Iterator[Host]:
    """A host that lives the small life, on a database of this test's own."""
    opened = open_host(database_url)
    yield opened
    opened.engine.close()


@pytest.fixture
def store(host: Host) -> Iterator[Store]:
    """The store on the host's database, with its clock."""
    opened = Store(host.url, host.clock)
    yield opened
    opened.close()


@pytest.fixture
def sends_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for the secrets of endpoints, and the leave to send to this machine."""
    monkeypatch.setenv(VARIABLE, new_key())
    monkeypatch.setenv(NETWORKS, "127.0.0.0/8")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks that verifies what comes."""
    with receiving() as opened:
        yield opened
