"""Ranges of mentorships, by which a whole population is gone through."""

from typing import NamedTuple

from mentorflow.store.transaction import Transaction

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Comes before the id of every mentorship."""


class Range(NamedTuple):
    """Mentorships by their ids, from behind one up to another."""

    after: str
    upto: str


EVERYBODY = Range(NOBODY, "ffffffff-ffff-ffff-ffff-ffffffffffff")


def next_place(transaction: Transaction, after: str, *, most: int) -> str | None:
    """Return the last of the mentorships that come next."""
    (found,) = transaction.read("next_place", after, most)
    return None if found[0] is None else str(found[0])
