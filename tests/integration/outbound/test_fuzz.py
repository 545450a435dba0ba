"""Whatever bytes come back: always an answer, never an exception, and never one nobody foresaw."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integration.outbound.conftest import NOW, request
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Failure, Limits
from mentorflow.outbound.rules import Rules
from servers.talking import Line, talking

HASTE = Limits(headers=0.25, total=0.5)
PATIENCE = Limits()
EXAMPLES = settings(max_examples=200)

_TOKENS = st.sampled_from(
    [
        b"HTTP/1.1 ",
        b"HTTP/1.0 ",
        b"HTTP/2 ",
        b"ICY ",
        b"200",
        b"100",
        b"101",
        b"204",
        b"304",
        b"000",
        b"999",
        b"1000",
        b"-1",
        b" OK",
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\0",
        b" ",
        b"\t",
        b":",
        b"Content-Length: 5\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Content-Encoding: br\r\n",
        b"Content-Encoding: \xff\r\n",
        b"Connection: upgrade\r\nUpgrade: websocket\r\n",
        b"Connection: keep-alive\r\n",
        b"Set-Cookie: \x01=\x02; Expires=never\r\n",
        b"Retry-After: soon\r\n",
        b"Retry-After: Mon, 31 Feb 2026 99:99:99 GMT\r\n",
        b"webhook-delivery: \xe2\x80\xae\r\n",
        b"Location: http://127.0.0.1/\r\n",
        b"Link: <\xff>; rel=\r\n",
        b"Content-Type: \xff/\xff; charset=nonsense\r\n",
        b"5\r\nhello\r\n",
        b"ffffffffffffffffff\r\n",
        b"0\r\n\r\n",
        b"0\r\nTrailer: x\r\n\r\n",
        b'5;ext="\r\n\r\nhello',
        b"hello",
        b"\x16\x03\x01",
    ]
)
HTTP_LIKE = st.lists(_TOKENS | st.binary(max_size=8), max_size=12).map(b"".join)
ANSWERS = HTTP_LIKE.map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest)


class Mouth:
    """A server that answers everything with the same bytes, and hangs up."""

    def __init__(self) -> None:
        self.says = b""
        self.port = 0

    def talk(self, line: Line) -> None:
        """Take the request, and answer."""
        line.connection.recv(65536)
        with suppress(OSError):
            line.connection.sendall(self.says)


@pytest.fixture(scope="module")
def mouth() -> Iterator[Mouth]:
    """A server that says what it is told."""
    mouth = Mouth()
    with talking(mouth.talk) as mouth.port:
        yield mouth


@pytest.fixture(scope="module")
def hasty() -> Iterator[Client]:
    """A client that gives up soon."""
    with Client(Rules.for_development(), now=lambda: NOW, limits=HASTE) as client:
        yield client


@pytest.fixture(scope="module")
def patient() -> Iterator[Client]:
    """A client that waits for what a busy machine takes its time for."""
    with Client(Rules.for_development(), now=lambda: NOW, limits=PATIENCE) as client:
        yield client


def ask(client: Client, mouth: Mouth, says: bytes) -> Answer:
    """Send a request that is answered with these bytes."""
    mouth.says = says
    return client.post(request(f"http://127.0.0.1:{mouth.port}/"))


def is_well_formed(answer: Answer) -> bool:
    """Tell whether an answer is one that may be kept and shown."""
    shown = answer.detail + (answer.control or "")
    is_safe = shown.isprintable() and "\0" not in answer.excerpt
    return is_safe and answer.failure is not Failure.UNEXPECTED


@EXAMPLES
@given(st.binary(max_size=300))
@example(b"")
@example(b"\0" * 300)
@example(b"GET / HTTP/1.1\r\n\r\n")
def test_any_bytes_are_answered(hasty: Client, mouth: Mouth, says: bytes) -> None:
    answer = ask(hasty, mouth, says)

    assert is_well_formed(answer)
    assert not answer.is_success


@EXAMPLES
@given(HTTP_LIKE)
def test_what_looks_like_http_is_answered(hasty: Client, mouth: Mouth, says: bytes) -> None:
    assert is_well_formed(ask(hasty, mouth, says))


@EXAMPLES
@given(ANSWERS)
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
@example(b"HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + b"x" * 999)
@example(b"HTTP/1.1 200 OK\r\nContent-Type: \xff; charset=\xff\r\nContent-Length: 0\r\n\r\n")
def test_what_begins_as_http_is_answered(hasty: Client, mouth: Mouth, says: bytes) -> None:
    assert is_well_formed(ask(hasty, mouth, says))


@EXAMPLES
@given(st.text(alphabet=st.characters(blacklist_characters="\r\n", max_codepoint=255), max_size=80))
def test_any_value_of_a_header_that_is_read_is_answered(
    patient: Client, mouth: Mouth, value: str
) -> None:
    encoded = value.encode("latin-1")
    lines = b"".join(
        name + b": " + encoded + b"\r\n"
        for name in (b"Retry-After", b"Webhook-Delivery", b"Content-Encoding", b"Set-Cookie")
    )

    answer = ask(patient, mouth, b"HTTP/1.1 429 Busy\r\nContent-Length: 2\r\n" + lines + b"\r\nno")

    assert is_well_formed(answer)
    assert answer.status == 429 or answer.failure is Failure.PROTOCOL
