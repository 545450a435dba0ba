"""Listing what a plan moves, range by range, so that nobody waits for more than one of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from mentorflow.core.spreading import spread
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.population import Population
from mentorflow.engine.ranges import for_each_range
from mentorflow.store import retiming
from mentorflow.store.ranges import Range
from mentorflow.store.retiming import NONE, MoveCounts
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

_LONGEST = timedelta(days=1)
"""No plan is listed for so long: what was begun before then was left by a process that ended."""


_LONGEST_TRANSACTION = timedelta(hours=1)
"""Whoever decides by the values of before has committed by then."""


class Listing:
    """The timers a plan moves, each with where it is and where it goes."""

    def __init__(self, store: Store, population: Population, plan: str, *, batch: int) -> None:
        self._store = store
        self._population = population
        self._plan = plan
        self._batch = batch

    def list(self) -> MoveCounts:
        """List all of them; return how many there are."""
        found: list[MoveCounts] = []
        self._for_each_range(lambda *given: found.append(self._list(*given)))
        return MoveCounts(*(sum(ones) for ones in zip(*found, strict=True))) if found else NONE

    def list_late(self, begun_at: datetime) -> int:
        """List those set by the values of before since a plan was begun; return how many."""
        late: list[int] = []
        moves, since = self._population.moves, begun_at - _LONGEST_TRANSACTION

        def list_late(transaction: Transaction, some: Range) -> None:
            late.append(moves.list_late(transaction, self._plan, some, since=since))
            if late[-1]:
                self._settle(transaction, some)

        self._for_each_range(list_late)
        return sum(late)

    def spread(self, over: timedelta) -> None:
        """Spread those due at once over the waking hours of a stretch of time.

        What is urgent is due at once, and stays so.
        """
        population = self._population
        with self._store.snapshot() as transaction:
            overdue = retiming.overdue_listed(
                transaction, self._plan, population.recipients, population.now
            )
        urgent = {name for name, one in population.by_timer.items() if one.is_urgent}
        found = [row for row in overdue if row[1] not in urgent]
        for start in range(0, len(found), self._batch):
            with self._store.transaction() as transaction:
                retiming.spread_listed(
                    transaction,
                    self._plan,
                    (
                        (spread(population.window(row, over), place / len(found)), *row[:3])
                        for place, row in enumerate(found[start : start + self._batch], start)
                    ),
                )

    def forget(self) -> None:
        """Forget all that was listed."""
        self._forget(self._plan)

    def forget_strays(self) -> None:
        """Forget what processes had listed that ended before anything was changed."""
        with self._store.snapshot() as transaction:
            before = IdMaker().new_id(self._population.now - _LONGEST)
            strays = retiming.stray_plans(transaction, before)
        for plan in strays:
            self._forget(plan)

    def _list(self, transaction: Transaction, some: Range) -> MoveCounts:
        if not self._population.moves.list(transaction, self._plan, some):
            return NONE
        now = self._population.now
        counts = retiming.count_listed(transaction, self._plan, some, now)
        settled = self._settle(transaction, some) if counts.suspended else 0
        return counts._replace(moved=counts.moved + settled)

    def _settle(self, transaction: Transaction, some: Range) -> int:
        """Set what is left of those that stand still; return of how many that changes."""
        standing = self._population.moves.suspended(transaction, some)
        settled = list(self._population.settled(standing))
        retiming.settle_listed(transaction, self._plan, (row[1:] for row in settled))
        return sum(then != left for left, then, *_ in settled)

    def _forget(self, plan: str) -> None:
        self._for_each_range(
            lambda transaction, some: retiming.forget_listed(transaction, plan, some)
        )

    def _for_each_range(self, do: Callable[[Transaction, Range], object]) -> None:
        """Do something with the timers of each range, of which there are many."""

        def expect_many(transaction: Transaction, some: Range) -> None:
            transaction.expect_many()
            do(transaction, some)

        # What is listed need not be on the disk before the plan is begun, or found to be a stray.
        for_each_range(self._store, expect_many, most=self._batch, begin=self._store.step)
