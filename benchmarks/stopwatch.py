"""Taking the time of a piece of work: on the clock, and on the processor."""

import gc
from time import perf_counter, process_time
from types import TracebackType
from typing import NamedTuple, Self


class Took(NamedTuple):
    """What a piece of work took, in seconds."""

    wall: float
    cpu: float = 0.0
    """Of this process alone: a busy machine does not change it much."""


class Stopwatch:
    """Measure what is done inside `with`."""

    def __enter__(self) -> Self:
        # What the measurement itself keeps in memory is no burden that either side brought along.
        gc.collect()
        gc.freeze()
        self._wall, self._cpu = perf_counter(), process_time()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.took = Took(perf_counter() - self._wall, process_time() - self._cpu)
        gc.unfreeze()
