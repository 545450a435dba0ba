"""By which rules of zones and holidays pending timers are counted, as it was written down."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.store.rows import decoded, encoded
from mentorflow.store.transaction import Transaction

ZONE, HOLIDAYS = "zone", "holidays"
_ALL = ""
"""Stands for all workflows: what was written down when a calendar was set."""


class CalendarRule(NamedTuple):
    """What a zone's clocks do, or which days are holidays, year by year in short."""

    kind: str
    name: str
    source: str
    """What they came with, for people to read."""
    years: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """What it is of."""
        return self.kind, self.name


Counted = list[dict[str, Any]]
"""Rules as a plan keeps them."""


def counted_by(transaction: Transaction, workflow: str) -> dict[tuple[str, str], CalendarRule]:
    """Return by which rules the timers of a workflow are counted."""
    found = {**_rules(transaction, _ALL), **_rules(transaction, workflow)}
    return {rule.key: rule for rule in found.values()}


def counted_anew(
    transaction: Transaction, workflow: str, here: Iterable[CalendarRule]
) -> dict[str, Counted]:
    """Return what a plan keeps that counts anew: by which rules it was, and is from then on."""
    was = _rules(transaction, workflow).values()
    return {"was": [one._asdict() for one in was], "is": [one._asdict() for one in here]}


def put_counted(transaction: Transaction, workflow: str, rules: Counted, *, now: datetime) -> None:
    """Write down by which rules the timers of a workflow are counted, in place of all of before."""
    transaction.run("delete_calendar_rules", workflow)
    _write(transaction, workflow, (CalendarRule(**rule) for rule in rules), now)


def note_new(transaction: Transaction, rules: Iterable[CalendarRule], *, now: datetime) -> None:
    """Write down the rules that timers are counted by from now on, where none were so far."""
    known = _rules(transaction, _ALL)
    _write(transaction, _ALL, (rule for rule in rules if rule.key not in known), now)


def _rules(transaction: Transaction, workflow: str) -> dict[tuple[str, str], CalendarRule]:
    found = transaction.read("select_calendar_rules", workflow)
    rules = (
        CalendarRule(kind, name, source, decoded(years)) for kind, name, source, years in found
    )
    return {rule.key: rule for rule in rules}


def _write(
    transaction: Transaction, workflow: str, rules: Iterable[CalendarRule], now: datetime
) -> None:
    at = transaction.instant(now)
    rows = [(workflow, *rule[:3], encoded(rule.years), at) for rule in rules]
    if rows:
        transaction.write("insert_calendar_rule", rows)
