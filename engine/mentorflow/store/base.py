"""What all tables are declared on: one set of them, apart from the host's own SQLModel tables."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

metadata = MetaData()
PREFIX = "mentorflow_"
CLUSTERED = {"sqlite_with_rowid": False}
"""SQLite keeps the rows in the primary key itself: one page written instead of two."""


class Base(SQLModel):
    """Keep our tables apart from the host's own SQLModel tables."""

    metadata: ClassVar[MetaData] = metadata
