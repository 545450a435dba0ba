"""Waiting for another process, with an end to patience."""

import threading
import time
from collections.abc import Callable


def wait_until(is_done: Callable[[], bool], what: str, *, seconds: float = 30.0) -> None:
    """Ask again and again until the answer is yes.

    Raises:
        TimeoutError: the answer was no for the given time.
    """
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > end:
            message = f"waited {seconds:g} s for this to happen: {what}"
            raise TimeoutError(message)
        pause.wait(0.01)
