"""Whatever a receiver does, there is an answer, and it says what happened."""

import socket
import struct
import sys
from concurrent.futures import wait
from datetime import timedelta
from threading import Event

import pytest

from integration.outbound.conftest import NOW, PATIENCE, MakeClient, MakeReceiver, request
from mentorflow.errors import InvalidPayload, MissingExtra
from mentorflow.outbound.client import Client
from mentorflow.outbound.fake_receiver import Behavior, FakeReceiver, Manner
from mentorflow.outbound.lines import NoAnswer, peer_of
from mentorflow.outbound.messages import Failure, Limits
from mentorflow.outbound.rules import Rules
from servers.talking import Line, talking
from servers.waiting import wait_until


def test_what_is_sent_arrives_as_it_was_given(client: Client, receiver: FakeReceiver) -> None:
    headers = {"webhook-id": "evt_1", "X-Mixed-Case": "A b"}
    body = bytes(range(256)) * 100

    answer = client.post(request(f"{receiver.url}/a%2Fb//../c?q=%20&q", headers=headers, body=body))

    (received,) = receiver.received
    assert answer.is_success
    assert (answer.status, answer.excerpt, answer.address) == (200, "ok\n", "127.0.0.1")
    assert received.path == "/a%2Fb//../c?q=%20&q"
    assert received.body == body
    assert received.id == "evt_1"
    place = receiver.url.removeprefix("http://")
    assert dict(received.headers) == headers | {"Host": place, "Content-Length": "25600"}


@pytest.mark.parametrize(
    ("behavior", "status", "failure"),
    [
        (Behavior.OK, 200, None),
        (Behavior.ERROR, 500, None),
        (Behavior.BUSY, 429, None),
        (Behavior.GONE, 410, None),
        (Behavior.TOO_LARGE, 413, None),
        (Behavior.REDIRECT, 302, None),
        (Behavior.LATE, 200, None),
        (Behavior.SLOW_HEADERS, None, Failure.TIMEOUT),
        (Behavior.DRIP, 200, Failure.TIMEOUT),
        (Behavior.ENDLESS, 200, None),
        (Behavior.HUGE_HEADERS, None, Failure.TOO_LARGE_HEADERS),
        (Behavior.CONTINUES, None, Failure.TOO_LARGE_HEADERS),
        (Behavior.GZIP_BOMB, 200, None),
        (Behavior.HALF_WAY, 200, Failure.CLOSED),
        (Behavior.HANG_UP, None, Failure.CLOSED),
        (Behavior.GARBAGE, None, Failure.PROTOCOL),
        (Behavior.IGNORE, None, Failure.TIMEOUT),
    ],
)
def test_every_behavior_has_its_answer(
    client: Client,
    receiver: FakeReceiver,
    behavior: Behavior,
    status: int | None,
    failure: Failure | None,
) -> None:
    answer = client.post(request(f"{receiver.url}/{behavior}"))

    assert (answer.status, answer.failure) == (status, failure)
    assert answer.is_success is (status == 200 and failure is None)
    assert answer.detail
    assert answer.detail.isprintable()
    assert receiver.received[0].behavior is behavior


@pytest.mark.parametrize(
    "behavior", [one for one in Behavior if one not in {Behavior.LATE, Behavior.GZIP_BOMB}]
)
def test_after_any_behavior_the_next_request_is_answered(
    client: Client, receiver: FakeReceiver, behavior: Behavior
) -> None:
    client.post(request(f"{receiver.url}/ok"))
    client.post(request(f"{receiver.url}/{behavior}"))

    assert client.post(request(f"{receiver.url}/ok")).is_success


@pytest.mark.parametrize("behavior", ["drip", "endless", "ignore", "slow-headers", "continues"])
def test_who_overdoes_it_is_hung_up_on(
    client: Client, receiver: FakeReceiver, behavior: str
) -> None:
    client.post(request(f"{receiver.url}/{behavior}"))

    wait_until(lambda: not receiver.is_connected, "the connection is closed")


def test_a_body_is_read_to_its_limit_and_kept_to_less(
    make_client: MakeClient, receiver: FakeReceiver
) -> None:
    client = make_client(limits=Limits(body_bytes=4000, excerpt_bytes=100, total=5))

    answer = client.post(request(f"{receiver.url}/endless"))

    assert answer.is_success
    assert answer.excerpt == "x" * 100


def test_a_compressed_body_is_not_unpacked(client: Client, receiver: FakeReceiver) -> None:
    for _ in range(2):
        answer = client.post(request(f"{receiver.url}/gzip-bomb"))
        assert answer.is_success
        assert answer.excerpt == ""

    # It is short as long as it is packed, so it was read to its end, and the connection kept.
    assert receiver.connections == 1


def test_headers_have_lines_of_a_length_and_a_number(
    client: Client, make_receiver: MakeReceiver
) -> None:
    long = make_receiver(manner=Manner(headers=f"x: {'y' * 9000}\r\n"))
    many = make_receiver(manner=Manner(headers="x: y\r\n" * 200))
    right = make_receiver(manner=Manner(headers=f"x: {'y' * 8000}\r\n" * 7))

    failures = [client.post(request(one.url)).failure for one in (long, many, right)]

    assert failures == [Failure.TOO_LARGE_HEADERS, Failure.TOO_LARGE_HEADERS, None]


def test_a_receiver_says_for_how_long_to_leave_it_alone(
    client: Client, make_receiver: MakeReceiver
) -> None:
    manner = Manner(retry_after="Mon, 02 Mar 2026 10:00:00 GMT")

    answer = client.post(request(make_receiver("429", manner=manner).url))

    assert answer.retry_after == timedelta(hours=1)


def test_a_receiver_says_what_it_wants_done(client: Client, make_receiver: MakeReceiver) -> None:
    manner = Manner(headers="Webhook-Delivery: disable\r\n")

    answer = client.post(request(make_receiver("410", manner=manner).url))

    assert answer.control == "disable"


def test_nobody_listens(client: Client, make_receiver: MakeReceiver) -> None:
    receiver = make_receiver()
    receiver.stop()

    answer = client.post(request(receiver.url))

    assert answer.failure is Failure.CONNECT
    assert answer.status is None
    assert "127.0.0.1" in answer.detail


def test_who_hangs_up_before_anything_was_said_leaves_no_socket_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connected = socket.create_connection(listening.getsockname())
        other, _ = listening.accept()
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        with pytest.raises(NoAnswer) as told:
            peer_of(connected)

    assert told.value.failure is Failure.CONNECT
    assert connected.fileno() == -1


def test_a_detail_has_nothing_of_the_url_but_its_host(
    client: Client, receiver: FakeReceiver
) -> None:
    behaviors = [one for one in Behavior if one is not Behavior.LATE]
    futures = [client.submit(request(f"{receiver.url}/{one}/hunter2?hunter2")) for one in behaviors]
    refused = client.post(request("https://user:hunter2@10.0.0.1/hunter2?hunter2"))

    assert refused.failure is Failure.REFUSED_ADDRESS
    assert "hunter2" not in "".join(repr(future.result()) for future in futures) + repr(refused)


def test_a_request_may_have_less_time_than_the_rest(client: Client, receiver: FakeReceiver) -> None:
    slow = client.submit(request(f"{receiver.url}/ignore"))
    quick = client.submit(request(f"{receiver.url}/ignore", deadline=0.05))

    done, _ = wait([slow, quick], return_when="FIRST_COMPLETED")

    assert done == {quick}
    assert quick.result().failure is Failure.TIMEOUT


def test_timings_say_where_the_time_went(client: Client, receiver: FakeReceiver) -> None:
    first = client.post(request(f"{receiver.url}/late")).timings
    second = client.post(request(f"{receiver.url}/ok")).timings

    assert first.dns is not None
    assert first.connect is not None
    assert first.tls is None
    assert first.first_byte is not None
    assert first.connect + first.first_byte < first.total
    assert (second.dns, second.connect) == (None, None)


def test_connections_are_used_again(client: Client, receiver: FakeReceiver) -> None:
    for _ in range(5):
        client.post(request(receiver.url))

    assert {one.connection for one in receiver.received} == {1}


def test_a_connection_that_died_meanwhile_costs_nothing(
    client: Client, make_receiver: MakeReceiver
) -> None:
    receiver = make_receiver()
    client.post(request(receiver.url))
    receiver.behave("hang-up", "ok")

    answer = client.post(request(receiver.url))

    assert answer.is_success
    assert [one.connection for one in receiver.received] == [1, 1, 2]


def test_a_receiver_may_be_started_again(client: Client, receiver: FakeReceiver) -> None:
    client.post(request(receiver.url))
    receiver.stop()
    receiver.start()

    assert client.post(request(receiver.url)).is_success


def test_with_many_connections_none_is_kept(
    make_client: MakeClient, make_receiver: MakeReceiver
) -> None:
    client = make_client(limits=Limits(kept=2))
    receivers = [make_receiver() for _ in range(4)]

    for one in receivers:
        client.post(request(one.url))

    wait_until(
        lambda: [one.is_connected for one in receivers] == [True, True, False, False],
        "the third and the fourth are not kept",
    )


def test_a_connection_is_not_kept_for_ever(make_client: MakeClient, receiver: FakeReceiver) -> None:
    client = make_client(limits=Limits(idle=0.05))
    client.post(request(receiver.url))

    wait_until(lambda: not receiver.is_connected, "the connection is closed")


def test_who_speaks_without_being_asked_is_hung_up_on(client: Client) -> None:
    answered, heard = Event(), list[bytes]()

    def talk(line: Line) -> None:
        line.connection.settimeout(5)
        line.connection.recv(4096)
        line.say("HTTP/1.1 500 No\r\nContent-Length: 0\r\n")
        answered.wait(5)
        line.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
        heard.append(line.connection.recv(4096))

    with talking(talk) as port:
        answer = client.post(request(f"http://127.0.0.1:{port}/"))
        answered.set()
        wait_until(lambda: bool(heard), "the connection is closed", seconds=5)

    assert answer.status == 500
    assert heard == [b""]


def test_an_answer_too_many_is_not_taken_for_the_next(client: Client) -> None:
    both = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n"

    def talk(line: Line) -> None:
        line.connection.recv(4096)
        line.say(both)
        line.connection.recv(4096)

    with talking(talk) as port:
        answers = [client.post(request(f"http://127.0.0.1:{port}/")) for _ in range(3)]

    assert [answer.status for answer in answers] == [500, 500, 500]


def test_what_cannot_be_sent_is_refused_at_once(client: Client, receiver: FakeReceiver) -> None:
    with pytest.raises(InvalidPayload):
        client.submit(request(receiver.url, headers={"x": "a\r\nb"}))

    assert receiver.count == 0


def test_a_hundred_hang_and_the_others_do_not_wait(client: Client, receiver: FakeReceiver) -> None:
    hanging = [client.submit(request(f"{receiver.url}/ignore")) for _ in range(100)]
    good = [client.submit(request(f"{receiver.url}/ok")) for _ in range(100)]

    done, _ = wait([*hanging, *good], timeout=PATIENCE.headers, return_when="FIRST_EXCEPTION")

    assert all(future.result().is_success for future in good)
    assert {future.result().failure for future in hanging} == {Failure.TIMEOUT}
    assert done


def test_what_is_under_way_when_the_client_is_closed_is_answered(
    make_client: MakeClient, receiver: FakeReceiver
) -> None:
    client = make_client()
    under_way = client.submit(request(f"{receiver.url}/ignore"))
    receiver.wait_for(1)
    just_submitted = client.submit(request(f"{receiver.url}/ignore"))

    client.close()

    assert under_way.result(0).failure is Failure.ABANDONED
    assert just_submitted.result(0).failure is Failure.ABANDONED
    with pytest.raises(RuntimeError, match="not open"):
        client.submit(request(receiver.url))


def test_a_client_may_be_opened_again(make_client: MakeClient, receiver: FakeReceiver) -> None:
    client = make_client()
    client.close()
    client.open()

    assert client.post(request(receiver.url)).is_success


def test_without_the_extra_it_is_said_which_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    for name in [name for name in sys.modules if name.startswith("mentorflow.outbound.")]:
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(MissingExtra, match=r"mentorflow\[webhooks\]"):
        Client(Rules(), now=lambda: NOW).open()
