"""A worker behind a pooler that shares connections between transactions."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from integration.workers.conftest import Site
from servers.databases import text_of
from servers.pooler import pooling
from tables import rows

MANY = 50


@pytest.fixture
def pooled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose worker reaches its database by the pooler, and never prepares a statement."""
    with pooling(make_url(site.db), tmp_path_factory.mktemp("pool")) as address:
        db = text_of(address.update_query_dict({"prepare_threshold": "never"}))
        yield replace(site, program=replace(site.program, db=db))


def test_it_carries_out_what_was_due(
    site: Site, pooled: Site, ledger_holds: Callable[[list[str]], None]
) -> None:
    ids = site.start(MANY)

    with pooled.working("--processes", "2") as worker:
        site.wait_until_all_is_done(seconds=90)
        status = worker.end()

    assert status == 0
    ledger_holds(ids)
    assert set(site.deliveries().values()) == {1}
    assert Counter(rows(site.db, "SELECT attempts FROM mentorflow_effect")).keys() == {(1,)}
    log = site.log.read_text()
    assert "duty.failed" not in log
    assert "duty.waits" not in log
