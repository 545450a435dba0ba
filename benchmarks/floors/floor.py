"""What a floor can do, whichever driver it is written on."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from benchmarks.changes import Change, Changes


class Floor(ABC):
    """Write prepared rows; a subclass knows the best form of that on its driver."""

    @abstractmethod
    def prepare_one(self, written: Sequence[Change]) -> Any:
        """Return the statements of one mentorship's transaction, outside the measured time."""

    @abstractmethod
    def write_one(self, mentorship_id: str, prepared: Any) -> None:
        """Lock, read, write and commit, for one mentorship."""

    @abstractmethod
    def prepare_many(self, found: Changes, ids: Sequence[str]) -> Any:
        """Return the set-based statements for many mentorships, outside the measured time."""

    @abstractmethod
    def write_many(self, ids: Sequence[str], prepared: Any) -> None:
        """Lock, read, write and commit, for many mentorships in one transaction."""

    @abstractmethod
    def write_due(self, until: datetime, most: int, prepared: Any) -> list[str]:
        """Claim due timers, write and commit; return the mentorships that were claimed."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back."""


Group = tuple[str, str, tuple[str, ...]]


def grouped(found: Changes, ids: Sequence[str]) -> dict[Group, list[Change]]:
    """Return changes that one statement can write together, by their kind."""
    groups: dict[Group, list[Change]] = {}
    for mentorship_id in ids:
        for change in found.get(mentorship_id, ()):
            # Columns that are NULL in some rows are passed for all of them: one statement a table.
            columns = change.table.columns if change.verb == "insert" else change.columns
            group = (change.verb, change.table.name, columns)
            groups.setdefault(group, []).append(change)
    return groups


def given_columns(changes: Sequence[Change]) -> tuple[str, ...]:
    """Return the columns that any of these rows has a value for."""
    given = {column for change in changes for column in change.columns}
    return tuple(column for column in changes[0].table.columns if column in given)


def values_of(change: Change, columns: Sequence[str]) -> list[Any]:
    """Return a row's values for these columns."""
    known = dict(zip(change.columns, change.values, strict=True))
    return [known.get(column) for column in columns]
