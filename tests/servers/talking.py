"""A server for tests that says what it is told to, to be as wrong as no real one lets itself be."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass(slots=True, kw_only=True)
class Line:
    """One connection, from the server's end."""

    connection: socket.socket
    ended: Event
    lines: Iterator[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = iter(self.connection.makefile("rb"))

    def say(self, text: str) -> None:
        """Send a line."""
        self.connection.sendall(f"{text}\r\n".encode())

    def answer(self, command: str, text: str) -> None:
        """Wait for a command, and answer it; others before it are answered with 250."""
        for line in self.lines:
            if line.upper().startswith(command.encode()):
                return self.say(text)
            self.say("250 OK")
        return None

    def listen(self) -> None:
        """Take what comes, and say nothing, until the other end hangs up."""
        for _ in self.lines:
            pass

    def drip(self, text: str) -> None:
        """Send a text again and again, slowly, without an end of the line."""
        while not self.ended.wait(0.02):
            self.connection.sendall(text.encode())


@contextmanager
def talking(talk: Callable[[Line], None]) -> Iterator[int]:
    """Talk so to everybody who connects; gives the port."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connections: list[socket.socket] = []

        def take(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                talk(Line(connection=connection, ended=ended))
                connection.shutdown(socket.SHUT_RDWR)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    connections.append(connection)
                    Thread(target=take, args=(connection,), daemon=True).start()

        accepting = Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            for one in (listening, *connections):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            accepting.join(timeout=10)
