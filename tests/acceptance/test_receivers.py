"""The receivers of examples/, each a real server that gets real requests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, create_engine, text

from mentorflow.clock import SystemClock
from mentorflow.webhooks import headers_of, new_secret
from pages import blocks_of
from project import ROOT
from servers.receivers import EXAMPLES, SERVERS, Example, running
from signed import BODY, KEY, OTHER_SECRET, PUBLIC, SECRET

PAGE = ROOT / "docs" / "how-to" / "receive-webhooks.md"
Request = tuple[bytes, list[tuple[str, str]]]


@pytest.fixture(scope="module", params=sorted(SERVERS))
def receiver(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Example]:
    folder = tmp_path_factory.mktemp(request.param)
    with running(request.param, folder, OTHER_SECRET, SECRET, PUBLIC) as example:
        yield example


def test_every_example_is_tried() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.py")} == {f"{name}_receiver" for name in SERVERS}


@pytest.mark.parametrize("key", [SECRET, KEY], ids=["v1", "v1a"])
def test_a_webhook_is_taken_once(receiver: Example, key: str) -> None:
    event = f"evt_once_{key[:5]}"

    statuses = [receiver.post(*_request(event, key))[0] for _ in range(3)]

    assert statuses == [204, 204, 204]
    assert receiver.taken.count(event) == 1


def test_a_later_attempt_is_the_same_webhook(receiver: Example) -> None:
    for seconds in (-60, 0):
        receiver.post(*_request("evt_again", SECRET, seconds=seconds))

    assert receiver.taken.count("evt_again") == 1


def test_of_attempts_at_the_same_time_one_is_taken(receiver: Example) -> None:
    body, headers = _request("evt_rush", SECRET)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: receiver.post(body, headers), range(32)))

    assert {status for status, _ in answers} == {204}
    assert receiver.taken.count("evt_rush") == 1


def test_what_failed_is_taken_at_the_next_attempt(receiver: Example) -> None:
    request = _request("evt_fails", SECRET, body=b'{"type":"fails.once"}')

    statuses = [receiver.post(*request)[0] for _ in range(3)]

    assert statuses == [500, 204, 204]
    assert receiver.taken.count("evt_fails") == 2


def test_what_is_no_webhook_is_answered_with_400_and_why(
    receiver: Example, subtests: pytest.Subtests
) -> None:
    before = receiver.log.count("Traceback"), len(receiver.taken)
    body, headers = _request("evt_bad", SECRET)
    for name, (sent, with_headers) in _wrong(body, headers).items():
        with subtests.test(name):
            status, reason = receiver.post(sent, with_headers)

            assert status == 400, reason
            assert reason
            assert "Traceback" not in reason

    assert (receiver.log.count("Traceback"), len(receiver.taken)) == before


def test_nothing_else_is_offered(receiver: Example) -> None:
    body, headers = _request("evt_elsewhere", SECRET)

    assert receiver.post(body, headers, path="/elsewhere")[0] == 404


def test_the_table_of_the_page_holds_an_id_until_its_work_is_done(database_url: str) -> None:
    shown = {block.file: block.text for block in blocks_of(PAGE.read_text())}
    database = create_engine(database_url)
    with database.begin() as making:
        making.execute(text(shown["seen_webhook.sql"]))

    assert _taken_by_both(database, shown["take_webhook.sql"], "a", commits=True) == [1, 0]
    assert _taken_by_both(database, shown["take_webhook.sql"], "b", commits=False) == [1, 1]
    database.dispose()


def _taken_by_both(database: Engine, take: str, event: str, *, commits: bool) -> list[int]:
    """Take an id in a transaction, and again in another one before the first has ended."""

    def second() -> int:
        with database.begin() as transaction:
            beginning.set()
            return transaction.execute(text(take), {"id": event}).rowcount

    beginning = Event()
    with ThreadPoolExecutor(1) as threads, database.connect() as first:
        found = first.execute(text(take), {"id": event}).rowcount
        waiting = threads.submit(second)
        beginning.wait(timeout=30)
        first.commit() if commits else first.rollback()
        return [found, waiting.result(timeout=30)]


def _request(event: str, key: str, *, body: bytes = BODY, seconds: int = 0) -> Request:
    at = SystemClock().now() + timedelta(seconds=seconds)
    return body, list(headers_of(event, at, body, key).items())


def _wrong(body: bytes, headers: list[tuple[str, str]]) -> dict[str, Request]:
    by_name = dict(headers)

    def changed(name: str, value: str) -> Request:
        return body, list({**by_name, name: value}.items())

    found: dict[str, Request] = {
        "another body": (body + b" ", headers),
        "not UTF-8": (b"\xff", headers),
        "no headers": (body, []),
        "another id": changed("webhook-id", "evt_other"),
        "another timestamp": changed("webhook-timestamp", "1772442000"),
        "no timestamp": changed("webhook-timestamp", "soon"),
        "no comma": changed("webhook-signature", "v1"),
        "no base64": changed("webhook-signature", "v1,~~~"),
        "not ASCII": changed("webhook-signature", "v1,\xe9"),
        "another secret": _request("evt_bad", new_secret()),
        "too old": _request("evt_bad", SECRET, seconds=-400),
        "too new": _request("evt_bad", SECRET, seconds=400),
        "signed, no JSON": _request("evt_bad", SECRET, body=b"\xff{"),
    }
    for name, value in headers:
        found[f"{name} twice"] = body, [*headers, (name, value)]
    return found
