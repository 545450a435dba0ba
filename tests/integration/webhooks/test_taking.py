"""Who would rather ask takes the same notices, in order, and none is lost between two takes."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from sqlalchemy import make_url

from builders import Host, open_host
from integration.webhooks.endpoints import add
from mentorflow.engine.sealing import new_key
from mentorflow.errors import InvalidPayload, NotFound
from mentorflow.store.deliveries import StoredNotice
from mentorflow.webhooks import Webhook
from one_state import one_state
from receiver import Receiver
from servers.postgres import conninfo as postgres_conninfo
from tables import refused, rows

OpenHost = Callable[..., Host]
WHY = "a test"
ACCEPTED = [
    "mentorship.started",
    "mentorship.state_changed",
    "mentor.accepted",
    "mentorship.state_changed",
]


pytestmark = pytest.mark.usefixtures("without_a_key")


@pytest.fixture
def without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is signed for who pulls, so that no key is needed."""
    monkeypatch.delenv("MENTORFLOW_SECRET_KEY")


def pulling(host: Host, **settings: object) -> str:
    made = host.engine.webhooks.add(None, reason=WHY, **settings)  # type: ignore[arg-type]  # each test gives what it is about
    assert (made.secret, made.endpoint.url) == ("", None)
    return made.endpoint.id


def all_of(host: Host, endpoint: str, *, limit: int = 100) -> list[StoredNotice]:
    """Take until there is no more, as an app would."""
    found: list[StoredNotice] = []
    page = host.engine.webhooks.take(endpoint, limit=limit)
    while page:
        found += page
        page = host.engine.webhooks.take(endpoint, acknowledged=page[-1].cursor, limit=limit)
    return found


def test_what_happens_from_then_on_is_taken_in_order(host: Host) -> None:
    host.active()
    endpoint = pulling(host)
    started = host.active()

    taken = all_of(host, endpoint, limit=3)

    assert [one.type for one in taken] == ACCEPTED
    assert {one.mentorship_id for one in taken} == {started.id}
    assert host.engine.webhooks.take(endpoint) == []
    assert rows(host.url, "SELECT count(*) FROM mentorflow_delivery") == [(0,)]


def test_what_is_not_acknowledged_comes_again_and_what_is_does_not(host: Host) -> None:
    endpoint = pulling(host)
    host.active()

    first = host.engine.webhooks.take(endpoint, limit=2)
    again = host.engine.webhooks.take(endpoint, limit=2)
    rest = host.engine.webhooks.take(endpoint, acknowledged=first[-1].cursor)
    after_an_older_one = host.engine.webhooks.take(endpoint, acknowledged=first[0].cursor)

    assert first == again
    assert [one.type for one in [*first, *rest]] == ACCEPTED
    assert after_an_older_one == rest


def test_it_is_the_same_as_what_is_sent(
    host: Host, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORFLOW_SECRET_KEY", new_key())
    add(host, receiver, form="full")
    endpoint = pulling(host, form="full")
    host.active()
    host.engine.webhooks.deliver_due()

    taken = [one.webhook for one in all_of(host, endpoint)]

    def by_id(found: list[Webhook]) -> dict[str, tuple[str | None, object, bytes]]:
        return {one.id: (one.type, one.data, one.body) for one in found}

    assert by_id(taken) == by_id(receiver.came)
    assert "parties" in json.loads(taken[0].body)["data"]["mentorship"]


def test_it_takes_what_it_wants_alone(host: Host) -> None:
    endpoint = pulling(host, types=["mentor.*"], programs=["program-1"])
    host.active()
    host.start(program="program-2")

    assert [one.type for one in all_of(host, endpoint)] == ["mentor.accepted"]


def test_what_it_does_not_want_is_passed_over_once(host: Host) -> None:
    endpoint = pulling(host, types=["nothing.yet"])
    host.active()

    assert host.engine.webhooks.take(endpoint) == []

    (place,) = rows(
        host.url, "SELECT acknowledged_in, acknowledged_place FROM mentorflow_endpoint_health"
    )
    assert (
        place
        == rows(
            host.url, "SELECT written_in, place FROM mentorflow_notice ORDER BY place DESC LIMIT 1"
        )[0]
    )


def test_what_another_database_of_the_server_is_at_holds_nobody_back(postgres_url: str) -> None:
    host = open_host(postgres_url)
    endpoint = pulling(host)
    plain = postgres_conninfo(make_url(postgres_url))
    with psycopg.connect(plain, dbname="postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        host.active()
        taken = all_of(host, endpoint)
    host.engine.close()

    assert [one.type for one in taken] == ACCEPTED


def test_nor_does_what_comes_and_goes_there_all_the_time(postgres_url: str) -> None:
    host = open_host(postgres_url)
    endpoint = pulling(host)
    plain = postgres_conninfo(make_url(postgres_url))
    ended = Event()

    def write() -> None:
        with psycopg.connect(plain, dbname="postgres", autocommit=True) as elsewhere:
            while not ended.is_set():
                elsewhere.execute("SELECT pg_current_xact_id(), pg_sleep(0.002)")

    with ThreadPoolExecutor() as pool:
        writing = [pool.submit(write) for _ in range(6)]
        seen = []
        for _ in range(60):
            host.start()
            page = host.engine.webhooks.take(endpoint)
            seen.append(len(page))
            host.engine.webhooks.take(endpoint, acknowledged=page[-1].cursor if page else None)
        ended.set()
        for one in writing:
            one.result(timeout=60)
    host.engine.close()

    assert seen == [2] * 60, "what was committed is seen at once"


def test_what_is_open_in_this_database_holds_all_after_it_back(postgres_url: str) -> None:
    host = open_host(postgres_url)
    endpoint = pulling(host)
    plain = postgres_conninfo(make_url(postgres_url))
    with psycopg.connect(plain) as here:
        late = host.start(session=here)
        early = host.start()
        assert host.engine.webhooks.take(endpoint) == []
        here.commit()
    taken = all_of(host, endpoint)
    host.engine.close()

    assert [one.mentorship_id for one in taken] == [late.id] * 2 + [early.id] * 2


def test_what_is_about_safety_has_to_be_asked_for_by_name(open_on: OpenHost) -> None:
    host = open_on(one_state("", state="safety.reported: {}"))
    everything, by_name = pulling(host), pulling(host, types=["safety.reported"])
    started = host.start()
    host.engine.send(started.id, "safety.reported", by="mentee-1")

    assert "safety.reported" not in [one.type for one in all_of(host, everything)]
    assert [one.type for one in all_of(host, by_name)] == ["safety.reported"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "1", "1-", "-1", "1-x", "٣-٣", f"{2**63}-1", f"1-{2**63}", "9" * 41]
)
def test_what_is_no_cursor_is_refused(host: Host, cursor: str) -> None:
    endpoint = pulling(host)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.webhooks.take(endpoint, acknowledged=cursor)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.webhooks.pull(cursor)


def test_nobody_acknowledges_what_has_not_happened(host: Host) -> None:
    endpoint = pulling(host)
    host.active()
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.webhooks.take(endpoint, acknowledged=f"{2**62}-1")

    assert len(all_of(host, endpoint)) == 4


def test_nothing_is_sent_to_who_pulls(host: Host) -> None:
    endpoint = pulling(host)
    host.active()
    notice = host.engine.webhooks.take(endpoint)[0].id
    webhooks, since = host.engine.webhooks, host.now - timedelta(hours=1)

    for asked in (
        lambda: webhooks.test(endpoint),
        lambda: webhooks.replay(endpoint, notice),
        lambda: webhooks.recoverable(endpoint, since=since),
        lambda: webhooks.recover(endpoint, since=since, reason=WHY),
        lambda: webhooks.rotate(endpoint, reason=WHY),
        lambda: webhooks.set(endpoint, url="https://example.org/", reason=WHY),
        lambda: webhooks.take(endpoint, limit=0),
    ):
        with refused(host.url, InvalidPayload, "invalid_payload"):
            asked()
    assert webhooks.deliver_due() == 0


def test_who_is_not_there_or_disabled_takes_nothing(host: Host) -> None:
    removed, disabled = pulling(host), _disabled(host)
    host.engine.webhooks.remove(removed, reason=WHY)

    for endpoint in ("ep_none", removed):
        with refused(host.url, NotFound, "not_found"):
            host.engine.webhooks.take(endpoint)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.webhooks.take(disabled)


def test_who_was_disabled_takes_what_came_meanwhile(host: Host) -> None:
    endpoint = _disabled(host)
    host.active()
    host.engine.webhooks.enable(endpoint, reason=WHY)

    assert [one.type for one in all_of(host, endpoint)] == ACCEPTED


def _disabled(host: Host) -> str:
    endpoint = pulling(host)
    host.engine.webhooks.disable(endpoint, reason=WHY)
    return endpoint
