"""A workflow as a package ships it: the document, and the Python that its names stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from mentorflow.core.workflow import Guard, Record


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Everything it takes to make a workflow."""

    document: Path
    payloads: Mapping[str, type[BaseModel]]
    """The model of each sendable event's data."""
    guards: Mapping[str, Guard]
    """What `require`, `when` and `unless` name."""
    records: Mapping[str, Record]
    """What `record` names."""
    messages: Path | None = None
    """The folder of the messages' templates, where they do not all stand in the document."""
