"""Behind a pooler that shares connections between transactions, as PgBouncer does in that mode."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from builders import START, Host, at, open_host
from mentorflow import Engine, StoreUnavailable
from mentorflow.store.migrate import upgrade
from servers.databases import text_of
from servers.pooler import pooling

MANY = 12
"""More often than the driver executes a statement before it prepares it."""


@pytest.fixture
def pooled_url(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pool")
    with pooling(make_url(postgres_url), folder) as address:
        yield text_of(address)


def never_preparing(url: str) -> str:
    return text_of(make_url(url).update_query_dict({"prepare_threshold": "never"}))


def live(host: Host) -> list[str]:
    """Do a bit of everything, often enough that statements would be prepared; return the states."""
    ids = [host.start(mentee=f"mentee-{n}").id for n in range(MANY)]
    ids += host.engine.start_many([host.request(mentee=f"many-{n}") for n in range(MANY)])
    for number, id_ in enumerate(ids):
        host.engine.send(id_, "mentor.accepted", by="mentor-1", key=f"k-{number}")
    host.engine.send_many((id_, "concern.raised", "mentor-1") for id_ in ids[:MANY])
    host.clock.set(at(days=7))
    while host.engine.run_due().effects_done:
        pass
    return [host.engine.get(id_).state for id_ in ids]


def test_everything_works_where_no_statement_is_prepared(pooled_url: str) -> None:
    host = open_host(never_preparing(pooled_url))
    try:
        assert live(host) == ["conflict"] * MANY + ["active"] * MANY
    finally:
        host.engine.close()


def test_what_one_connection_prepared_another_does_not_find(pooled_url: str) -> None:
    host = open_host(pooled_url)
    with pytest.raises(StoreUnavailable, match="prepared statement"):
        live(host)
    host.engine.close()


def test_tables_are_made_through_it(
    bare_postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pooling(make_url(bare_postgres_url), tmp_path_factory.mktemp("pool")) as address:
        url = never_preparing(text_of(address))
        upgrade(url)
        host = open_host(url)
        assert host.start().entered_at == START
        host.engine.close()


@pytest.mark.parametrize("odd", ["-1", "often", "None"])
def test_how_often_is_never_or_a_number(postgres_url: str, odd: str) -> None:
    url = text_of(make_url(postgres_url).update_query_dict({"prepare_threshold": odd}))

    with pytest.raises(StoreUnavailable, match="write a number of uses, or never"):
        Engine(url)
