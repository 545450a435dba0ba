"""Putting the garbage collector off while a batch is worked through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collection run inside, where the host has them run at all.

    A batch makes so many objects that a full collection falls into nearly every one. It would
    walk the host's whole heap while the locks of the batch are held; deciding leaves no cycles
    for it to find.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
