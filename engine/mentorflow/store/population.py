"""What a population is like, before it is asked which of its timers move."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from mentorflow.store.rows import encoded, instant
from mentorflow.store.transaction import Transaction


class Reach(NamedTuple):
    """From when to when the anchors lie that a timer of a version counts from in a program."""

    version: int
    program: str
    timer: str
    since: datetime
    until: datetime


def mentorships_of(transaction: Transaction, people: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return (mentorship, person) of all that people take part in."""
    return transaction.read("mentorships_of", encoded(people)) if people else ()


def agreed_values(
    transaction: Transaction, facts: Sequence[tuple[str, str]], workflow: str
) -> Iterable[tuple[str, str]]:
    """Return (timing, value) that pairs agreed on and that others have set aside."""
    return transaction.read("agreed_values", encoded(facts), workflow) if facts else ()


def followed_agreements(transaction: Transaction, workflow: str) -> Iterable[tuple[str, str]]:
    """Return (timing, value) that pairs agreed on and that their timers follow."""
    return transaction.read("followed_agreements", workflow)


def reaches(transaction: Transaction, workflow: str) -> list[Reach]:
    """Return from when to when the anchors of pending timers lie."""
    found = transaction.read("reach_of_anchors", workflow)
    return [
        Reach(version, program, timer, instant(since), instant(until))
        for version, program, timer, since, until in found
    ]
