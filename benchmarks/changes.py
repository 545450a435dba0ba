"""What the engine wrote: the difference of two databases, as rows to insert, change and delete."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.databases import Database, Key, Row
from benchmarks.tables import Table, tables

AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was written."""

    verb: str
    """insert, update or delete."""
    table: Table
    columns: tuple[str, ...]
    """Those that are set."""
    values: Row
    key: Key


Changes = dict[str, list[Change]]
"""By the mentorship they belong to."""


def changes(after: Database, before: Database, ids: Sequence[str]) -> Changes:
    """Return what has to be written to make one database like the other, for some mentorships."""
    found: Changes = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for table in tables():
            owner = table.columns.index(table.owner)
            new, old = after.rows(table, some), before.rows(table, some)
            for key, row in new.items():
                if key not in old:
                    found[row[owner]].append(_insert(table, row, key))
                elif old[key] != row:
                    found[row[owner]].append(_update(table, old[key], row, key))
            for key in old.keys() - new.keys():
                found[old[key][owner]].append(Change("delete", table, (), (), key))
    return dict(found)


def require_equal(ours: Database, floor: Database, ids: Sequence[str]) -> None:
    """Stop where the floor did not write what the engine wrote."""
    left = changes(ours, floor, ids)
    if left:
        raise AssertionError(f"the floor wrote something else: {next(iter(left.items()))}")


def count(found: Changes) -> Counter[str]:
    """Return how many rows of each table were written, for a reader of the table."""
    return Counter(
        f"{change.verb} {change.table.name.removeprefix('mentorflow_')}"
        for written in found.values()
        for change in written
    )


def _insert(table: Table, row: Row, key: Key) -> Change:
    # What is NULL anyway need not be passed.
    given = [(name, value) for name, value in zip(table.columns, row, strict=True) if _is(value)]
    return Change("insert", table, tuple(n for n, _ in given), tuple(v for _, v in given), key)


def _update(table: Table, old: Row, new: Row, key: Key) -> Change:
    set_ = [
        (name, value)
        for name, was, value in zip(table.columns, old, new, strict=True)
        if was != value
    ]
    return Change("update", table, tuple(n for n, _ in set_), tuple(v for _, v in set_), key)


def _is(value: Any) -> bool:
    return value is not None
