"""The Pruner's duty: take away effects that were done long ago, whenever there are some."""

from datetime import timedelta
from typing import ClassVar

from mentorflow.engine.pruner import Pruner
from mentorflow_workers.duty import Duty

_REST = timedelta(minutes=1)
_SHORTEST_REST = timedelta(seconds=1)


class PrunerDuty(Duty):
    """Prune piece by piece, and look again a minute later, or sooner where less is kept."""

    name: ClassVar[str] = "pruner"

    def __init__(self, pruner: Pruner) -> None:
        super().__init__(min(_REST, max(_SHORTEST_REST, pruner.kept_for)))
        self._pruner = pruner

    def work(self) -> int:
        return self._pruner.prune_batch()
