"""Listing what a plan moves, range by range, so that nobody waits for more than one of them."""

from collections.abc import Callable
from datetime import timedelta

from mentorflow.core.spreading import spread
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.population import Population
from mentorflow.store import retiming
from mentorflow.store.retiming import NOBODY, NONE, MoveCounts, Range
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

_LONGEST = timedelta(days=1)
"""No plan is listed for so long: what was begun before then was left by a process that ended."""


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
        now = self._population.now

        def list_and_count(transaction: Transaction, some: Range) -> None:
            if self._list(transaction, some):
                found.append(retiming.count_listed(transaction, self._plan, some, now))

        self._for_each_range(list_and_count)
        return MoveCounts(*(sum(ones) for ones in zip(*found, strict=True))) if found else NONE

    def list_late(self) -> int:
        """List those that were set by the values of before; return how many."""
        late: list[int] = []
        self._for_each_range(lambda *given: late.append(self._list(*given)))
        return sum(late)

    def spread(self, over: timedelta) -> None:
        """Spread those due at once over the waking hours of a stretch of time."""
        population = self._population
        with self._store.snapshot() as transaction:
            found = retiming.overdue_listed(
                transaction, self._plan, population.recipients, population.now
            )
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

    def _list(self, transaction: Transaction, some: Range) -> int:
        moves = self._population.moves
        listed = moves.list(transaction, self._plan, some)
        if listed:
            settled = self._population.settled(moves.suspended(transaction, some))
            rows = [row[1:] for row in settled]
            retiming.settle_listed(transaction, self._plan, rows)
        return listed

    def _forget(self, plan: str) -> None:
        self._for_each_range(
            lambda transaction, some: retiming.forget_listed(transaction, plan, some)
        )

    def _for_each_range(self, do: Callable[[Transaction, Range], object]) -> None:
        """Do something with the mentorships range by range, each in a transaction of its own."""
        after: str | None = NOBODY
        while after is not None:
            with self._store.transaction() as transaction:
                upto = retiming.next_place(transaction, after, most=self._batch)
                if upto is not None:
                    transaction.expect_many()
                    do(transaction, Range(after, upto))
            after = upto
