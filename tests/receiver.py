"""A receiver of webhooks as somebody else would write one: it verifies, and remembers what came."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from mentorflow.webhooks import Webhook, verify

Answering = Callable[[int, Webhook], tuple[int, dict[str, str]]]
"""What to answer: the how manyth request it is, and what came."""


class HangUp(Exception):
    """What `answering` raises to end the connection without an answer."""


@dataclass
class Receiver:
    """What came to an address, in the order in which it came."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    answering: Answering = lambda _number, _came: (204, {})
    now: Callable[[], datetime] | None = None
    """The clock of whoever sends, where it is not the time."""
    came: list[Webhook] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)
    """Why requests were none that it could verify."""
    lock: Lock = field(default_factory=Lock)

    @property
    def ids(self) -> list[str]:
        """The ids of what came, the first first."""
        return [one.id for one in self.came]

    @property
    def types(self) -> list[str]:
        """The types of what came, the first first."""
        return [one.type or "" for one in self.came]

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Take a request, and return what to answer."""
        now = None if self.now is None else self.now()
        try:
            came = verify(body, headers, self.secrets, now=now)
        except Exception as refused:
            self.refused.append(refused)
            raise
        with self.lock:
            self.came.append(came)
            self.raw.append((headers, body))
            number = len(self.came)
        return self.answering(number, came)


@contextmanager
def receiving(answering: Answering | None = None) -> Iterator[Receiver]:
    """Listen on a port of this machine."""
    receiver = Receiver() if answering is None else Receiver(answering=answering)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            came = {name.lower(): value for name, value in self.headers.items()}
            try:
                status, headers = receiver.take(came, body)
            except HangUp:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing: tests look at what came."""

    class Server(ThreadingHTTPServer):
        # A connection that finds no place in the queue, which has five, tries again after a second.
        request_queue_size = 128

        def handle_error(self, *_: Any) -> None:
            """Say nothing: who sends was killed, or `refused` has it."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # How often it looks whether it is to end: each half a second is more than most tests take.
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
