"""Going through all mentorships range by range, so that nobody waits for more than one of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from mentorflow.engine.turns import Turns
from mentorflow.store.ranges import NOBODY, Range, next_place
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction


def for_each_range(
    store: Store,
    do: Callable[[Transaction, Range], object],
    *,
    most: int,
    begin: Callable[[], AbstractContextManager[Transaction]],
) -> None:
    """Do something with so many mentorships at a time, each time in a transaction of its own."""
    after: str | None = NOBODY
    turns = Turns(store)
    while after is not None:
        with begin() as transaction:
            upto = next_place(transaction, after, most=most)
            if upto is not None:
                do(transaction, Range(after, upto))
        turns.give_way()
        after = upto
