"""Putting the garbage collector off while a batch is worked through."""

import gc
from types import TracebackType


class uncollected:  # noqa: N801 - read as a claim about what stands below it
    """Let no collection run inside, where the host has them run at all.

    A batch makes so many objects that a full collection falls into nearly every one. It would
    walk the host's whole heap while the locks of the batch are held; deciding leaves no cycles
    for it to find.

    Written as a class and not with a generator: leaving it makes no object, so that answers
    nobody keeps are gone before a collection would look at every one of them.
    """

    def __enter__(self) -> None:
        self._is_on = gc.isenabled()
        gc.disable()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_on:
            gc.enable()
