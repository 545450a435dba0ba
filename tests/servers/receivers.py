"""The receivers of examples/ as servers: run as a program it serves one, imported it starts that.

What an example leaves to those who copy it is filled in: here, an event is written down in a line,
and the first attempt at one of the type `fails.once` fails.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from types import ModuleType
from wsgiref.simple_server import make_server

from mentorflow.webhooks import Webhook
from project import ROOT
from servers.waiting import wait_until

EXAMPLES = ROOT / "examples" / "receivers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A receiver of examples/ that runs."""

    folder: Path
    port: int

    @property
    def taken(self) -> list[str]:
        """The ids of the events that its app got, one for each time."""
        return (self.folder / "taken").read_text().splitlines()

    @property
    def log(self) -> str:
        """What the server and the app have written."""
        return (self.folder / "log").read_text()

    def post(
        self, body: bytes, headers: Sequence[tuple[str, str]], *, path: str = "/webhooks"
    ) -> tuple[int, str]:
        """Send a request with these very headers; return the status and the text of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest("POST", path)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def running(name: str, folder: Path, *secrets: str) -> Iterator[Example]:
    """Run the receiver of a framework in a process of its own."""
    (folder / "taken").touch()
    environment = {
        **os.environ,
        "WEBHOOK_SECRETS": " ".join(secrets),
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    command = [sys.executable, "-W", "error", "-m", "servers.receivers", name]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        port = folder / "port"
        try:
            wait_until(lambda: port.exists() or process.poll() is not None, "it listens")
            yield Example(folder=folder, port=int(port.read_text()))
        finally:
            process.kill()


def main(name: str) -> None:
    """Serve an example until killed; write where, and what it takes, in this folder."""
    sys.path.insert(0, str(EXAMPLES))
    example = import_module(f"{name}_receiver")
    vars(example)["take"] = _take
    SERVERS[name](example)


def _take(webhook: Webhook) -> None:
    file = Path("taken")
    with file.open("a") as taken:
        taken.write(f"{webhook.id}\n")
    if webhook.type == "fails.once" and file.read_text().splitlines().count(webhook.id) == 1:
        raise RuntimeError("the first attempt fails")


def _serve_fastapi(example: ModuleType) -> None:
    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(example.app, ws="none"))
        _listens_at(listening.getsockname()[1])
        server.run(sockets=[listening])


def _serve_flask(example: ModuleType) -> None:
    from werkzeug.serving import make_server as make_threaded

    server = make_threaded("127.0.0.1", 0, example.app, threaded=True)
    _listens_at(server.server_port)
    server.serve_forever()


def _serve_django(example: ModuleType) -> None:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.configure(
        ROOT_URLCONF=example, SECRET_KEY="for this test", ALLOWED_HOSTS=["127.0.0.1"]
    )
    with make_server("127.0.0.1", 0, get_wsgi_application()) as server:
        _listens_at(server.server_port)
        server.serve_forever()


def _listens_at(port: int) -> None:
    """Write the port down, whole or not at all."""
    written = Path("port.new")
    written.write_text(str(port))
    written.rename("port")


SERVERS: dict[str, Callable[[ModuleType], None]] = {
    "django": _serve_django,
    "fastapi": _serve_fastapi,
    "flask": _serve_flask,
}

if __name__ == "__main__":
    main(sys.argv[1])
