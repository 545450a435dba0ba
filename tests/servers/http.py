"""An HTTP server for tests, in a thread of its own, that remembers what it was sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar


@dataclass(slots=True, kw_only=True)
class HttpServer:
    """What a server answers, and what it got."""

    status: int = 200
    location: str | None = None
    port: int = 0
    bodies: list[Any] = field(default_factory=list)


@contextmanager
def serving(server: HttpServer) -> Iterator[HttpServer]:
    """Run a server."""

    class Answering(_Answering):
        answers = server

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        server.port = listening.server_address[1]
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join(timeout=10)


class _Answering(BaseHTTPRequestHandler):
    answers: ClassVar[HttpServer]

    def do_POST(self) -> None:  # the name http.server calls
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answers.bodies.append(json.loads(body))
        self.send_response(self.answers.status)
        if self.answers.location is not None:
            self.send_header("Location", self.answers.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815  # the name http.server calls

    def log_message(self, *_: object) -> None:
        """Say nothing."""
