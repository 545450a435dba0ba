"""A workflow document that was published: one version, kept where the mentorships are."""

from datetime import datetime
from typing import NamedTuple


class Publication(NamedTuple):
    """One version of a workflow as the database keeps it."""

    name: str
    version: int
    digest: str
    """The SHA-256 of what the document says."""
    document: str
    """Its YAML, as it was published."""
    published_at: datetime
    published_by: str | None
    reason: str | None
    revision: int
    """The count of operators' changes that it is."""
