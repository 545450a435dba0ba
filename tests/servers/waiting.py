"""Waiting for another process, with an end to patience."""

import threading
import time
from collections.abc import Callable

_SHORTEST = 0.01
_LONGEST = 0.1
"""Seconds between two looks."""
_REST = 4
"""How long a pause is, of what a look took."""


def wait_until(is_done: Callable[[], bool], what: str, *, seconds: float = 30.0) -> None:
    """Ask again and again until the answer is yes; less often where asking takes long.

    What is waited for needs the processor as well.

    Raises:
        TimeoutError: the answer was no for the given time.
    """
    pause = threading.Event()
    began = time.monotonic()
    asked = began
    while not is_done():
        now = time.monotonic()
        if now > began + seconds:
            message = f"waited {seconds:g} s for this to happen: {what}"
            raise TimeoutError(message)
        pause.wait(min(max(_SHORTEST, _REST * (now - asked)), _LONGEST))
        asked = time.monotonic()
