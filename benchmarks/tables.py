"""The tables as the floors see them: plain columns, keys and types, taken from the models."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import JSON, Float, Integer
from sqlalchemy.types import TypeEngine

from mentorflow.store.columns import Instant, MentorshipId
from mentorflow.store.models import metadata


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, and which of them say whose row it is."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: tuple[str, ...]
    """The type of each column, in PostgreSQL's words."""

    @property
    def owner(self) -> str:
        """The column with the id of the mentorship."""
        return "mentorship_id" if "mentorship_id" in self.columns else "id"

    @property
    def instants(self) -> tuple[int, ...]:
        """The positions of the columns that hold an instant."""
        return tuple(at for at, kind in enumerate(self.types) if kind == "timestamptz")

    def type_of(self, column: str) -> str:
        """Return the type of a column."""
        return self.types[self.columns.index(column)]


@cache
def tables() -> tuple[Table, ...]:
    """Return every table with rows of mentorships, theirs first."""
    found = [
        Table(
            name=table.name,
            columns=tuple(column.name for column in table.columns),
            key=tuple(column.name for column in table.primary_key.columns),
            types=tuple(_type(column.type) for column in table.columns),
        )
        for table in metadata.sorted_tables
        if table.name == "mentorflow_mentorship" or "mentorship_id" in table.columns
    ]
    return tuple(sorted(found, key=lambda table: table.owner != "id"))


def _type(declared: TypeEngine[object]) -> str:
    for kind, name in (
        (MentorshipId, "uuid"),
        (Instant, "timestamptz"),
        (JSON, "jsonb"),
        (Integer, "int"),
        (Float, "float8"),
    ):
        if isinstance(declared, kind):
            return name
    return "text"
