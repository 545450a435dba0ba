"""Fixtures of the tests that look past the engine: a host, and the store on its database."""

from collections.abc import Iterator

import pytest

from builders import Host, open_host
from mentorflow.store.store import Store


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
