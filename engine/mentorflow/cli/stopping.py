"""SIGTERM and Ctrl-C for a command that runs until it is told to end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The wish that a process ends: asked for by a signal, looked at between two pieces of work."""

    def __init__(self) -> None:
        # A signal can come at any instruction, also within a lock: of all ways to wake the thread
        # it came to, only this queue's `put` is documented to be safe there.
        self._wishes: SimpleQueue[None] = SimpleQueue()

    def ask(self) -> None:
        """Ask for the end."""
        self._wishes.put(None)

    def is_asked(self) -> bool:
        """Whether the end was asked for."""
        return not self._wishes.empty()

    def wait(self, seconds: float) -> None:
        """Wait, but not after the end was asked for."""
        try:
            self._wishes.get(timeout=seconds)
        except Empty:
            return
        self.ask()  # it stays asked for


@contextmanager
def stopping() -> Iterator[Stop]:
    """Let the first signal ask for the end; a second one ends the process as it always did."""
    stop = Stop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.ask()
        _restore()

    def _restore() -> None:
        for number, action in before.items():
            signal.signal(number, action)

    for number in _SIGNALS:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        _restore()
